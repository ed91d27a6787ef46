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
LABEL = ("step", "value", "label")


def most_urgent(most):
    """Return ``most`` of the requests that wait, the most urgent first, and how many more wait."""
    waiting = Approval.objects.pending().values_list("pk", "kind")
    keys = [pk for pk, _kind in sorted(waiting, key=lambda each: (URGENT_FIRST[each[1]], each[0]))]
    rows = Approval.objects.select_related(
        "case__consultation_type", "case__driver", "driver", "requested_by", "correction"
    )
    # Of so few all that they need is read; who was decided about meanwhile is not among them.
    found = rows.pending().in_bulk(keys[:most])
    return [found[pk] for pk in keys[:most] if pk in found], len(keys[most:])


def told(found, user):
    """Return the approvals ``found``, each with its facts and its story."""
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
    """
    What is said of a sensitive correction: why it is one, and never the dates.

    Nothing of one whose dates were erased: nobody can tell any more.
    """
    if correction.erased_at is not None:
        return ""
    year_changes = correction.old_value[:4] != correction.new_value[:4]
    return _("The year of birth changes.") if year_changes else _("It is a second change.")


def _stories(case_ids):
    """Return what was asked and answered in each case, oldest first, in two queries."""
    answers = Answer.objects.filter(case__in=case_ids, taken_back_at=None).exclude(by=None)
    rows = list(answers.order_by("pk").values_list("case", "step", "value", "step__title"))
    choices = Choice.objects.filter(step__in={step for _case, step, *_answer in rows})
    labels = {(step, value): label for step, value, label in choices.values_list(*LABEL)}
    stories = {}
    for case, step, value, title in rows:
        label = labels.get((step, value)) or WORDS.get(value, str)()
        stories.setdefault(case, []).append({"title": title, "label": label})
    return {case: story[-LONGEST_STORY:] for case, story in stories.items()}


# What the facts of a request come to, as a person reads it.
WORDS = {
    **words.OF,
    "some": lambda: _("below the limit"),
    "none": lambda: _("at the limit"),
    "requested": lambda: _("requested"),
    "cancelled": lambda: _("cancelled"),
}
