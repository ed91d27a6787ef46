"""What a team lead has to know before he decides: each request with its facts and its story."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.sms.nights import night_warning
from drivers.words import masked_words

from .approvals import FACT_LABELS, facts_of
from .models import Answer, Approval, Choice
from .playbooks import words
from .playbooks.facts import read_ahead

URGENT_FIRST = {
    Approval.Kind.CODE_READ_OUT: 0,
    Approval.Kind.SENSITIVE_CORRECTION: 1,
    Approval.Kind.ESCALATION: 2,
}
LONGEST_STORY = 12  # answers; the last ones tell why it came here


def pending(approvals, user, most=None):
    """Return ``most`` of ``approvals``, the most urgent first, each with facts and story."""
    found = sorted(approvals, key=lambda each: (URGENT_FIRST[each.kind], each.pk))[:most]
    read_ahead([each.case for each in found if each.is_pending and each.case is not None])
    stories = _stories([each.case_id for each in found if each.case_id])
    return [
        {
            "approval": approval,
            "reason": masked_words(approval.reason, approval.driver),
            "facts": _facts(approval),
            "story": stories.get(approval.case_id, []),
            "may_decide": approval.may_decide(user),
            "change": approval.correction and _change(approval.correction),
            "night": night_warning() if approval.is_pending and approval.correction else "",
        }
        for approval in found
    ]


def waiting_to_be_read(user):
    """Return the read-outs that ``user`` approved and may still read."""
    since = timezone.now() - timedelta(minutes=settings.READ_OUT_MINUTES)
    return list(
        Approval.objects.filter(
            kind=Approval.Kind.CODE_READ_OUT,
            state=Approval.State.APPROVED,
            decided_by=user,
            decided_at__gte=since,
            used_at=None,
        ).select_related("case", "driver")
    )


def _facts(approval):
    """Then and now, side by side; a pending request with a difference is about to be void."""
    now = facts_of(approval) if approval.is_pending else {}
    return [
        {
            "label": FACT_LABELS[name](),
            "then": _in_words(name, then, then),
            "now": _in_words(name, now.get(name, ""), then),
            "is_changed": approval.is_pending and now.get(name) != then,
        }
        for name, then in approval.facts.items()
    ]


def _in_words(name, outcome, then):
    if name == "driver_record":
        return _("as recorded") if outcome == then else _("changed")
    return WORDS.get(outcome, lambda: outcome)()


def _change(correction):
    """What is said of a sensitive correction: why it is one, and never the dates."""
    year_changes = correction.old_value[:4] != correction.new_value[:4]
    return _("The year of birth changes.") if year_changes else _("It is a second change.")


def _stories(case_ids):
    """Return what was asked and answered in each case, oldest first, in two queries."""
    answers = Answer.objects.filter(case__in=case_ids, taken_back_at=None).exclude(by=None)
    rows = list(answers.select_related("step").order_by("pk"))
    labels = {
        (choice.step_id, choice.value): choice.label
        for choice in Choice.objects.filter(step__in={row.step_id for row in rows})
    }
    stories = {}
    for row in rows:
        label = labels.get((row.step_id, row.value)) or WORDS.get(row.value, str)()
        stories.setdefault(row.case_id, []).append({"title": row.step.title, "label": label})
    return {case: story[-LONGEST_STORY:] for case, story in stories.items()}


# What the facts of a request come to, as a person reads it.
WORDS = {
    **words.OF,
    "some": lambda: _("below the limit"),
    "none": lambda: _("at the limit"),
    "requested": lambda: _("requested"),
    "cancelled": lambda: _("cancelled"),
}
