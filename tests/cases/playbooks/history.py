"""What has to be true of every case, however it was walked: one sentence for each breach."""

from django.conf import settings
from django.db.models import F, Q

from backoffice.sms.models import Message
from backoffice.staff.models import User
from cases.models import WORK, Answer, Case
from cases.playbooks import engine
from cases.playbooks.facts import FACTS
from cases.services import FAILURES_TO_LOCK
from drivers.models import Correction
from tests.cases.playbooks.second_person import SECOND_PERSON

MACHINE = {  # DESIGN.md, section 3
    ("", "new"),
    ("new", "diagnosing"),
    ("diagnosing", "info_corrected"),
    ("diagnosing", "escalated"),
    ("info_corrected", "escalated"),
    ("escalated", "diagnosing"),
    ("diagnosing", "closed"),
    ("info_corrected", "closed"),
    ("escalated", "closed"),
}


def breaches(case):
    """Return what is wrong with the history of ``case`` as it is stored now."""
    case = Case.objects.select_related("driver").get(pk=case.pk)
    return [
        sentence
        for of in (
            _states,
            _end,
            _corrections,
            _texts,
            _people,
            _walks,
            _comparisons,
            _words,
            *SECOND_PERSON,
        )
        for sentence in of(case)
    ]


def _states(case):
    at = ""
    for line in case.changes.order_by("pk"):
        if line.source != at and line.transition != "open":
            yield f"history jumps from {at} to {line.source}"
        if line.source != line.target and (line.source, line.target) not in MACHINE:
            yield f"no such move: {line}"
        at = line.target
    if at != case.state:
        yield f"{case.state} without a line in the history, which ends in {at}"
    if case.state == "closed" and case.approvals.filter(state="pending").exists():
        yield "closed with a pending approval"


def _end(case):
    if case.state != "closed":
        return
    if case.resolution == "code_read_out" and not case.approvals.exclude(used_at=None).exists():
        yield "ended as if a code had been read out"
    is_done = case.resolution in {"corrected", "code_read_out"}
    undelivered = case.messages.exclude(state="delivered").exists() or not case.messages.exists()
    if is_done and case.corrections.filter(state__in=["requested", "scheduled"]).exists():
        yield "done, and a change still waits"
    if is_done and undelivered and not was_called_back(case):
        yield "done, and the driver was not told"


def was_called_back(case):
    """Whether the driver was told by telephone, after what there was to tell."""
    call = case.changes.filter(transition="record_call_back").order_by("-pk").first()
    return call is not None and not case.messages.filter(queued_at__gt=call.at).exists()


def _corrections(case):
    for correction in case.corrections.all():
        held = case.identity_checks.filter(
            is_verified=True,
            driver=correction.driver,
            at__lte=correction.requested_at,
            expires_at__gt=correction.requested_at,
        )
        if correction.apply_at:
            held = held.filter(call_back_answered=True)
        if not any(_others(check) >= settings.IDENTITY_ITEMS for check in held):
            yield f"{correction} without an identity that is verified by other items"
    applied = case.corrections.filter(state="applied").order_by("-applied_at").first()
    if applied is not None and case.driver.birthdate != applied.new:
        yield f"{applied} is applied, but not on record"


def _others(check):
    """How many items fitted, without the birthdate, which is what is wrong."""
    return sum(fits for item, fits in check.items.items() if item != "birthdate")


def _texts(case):
    """Each applied correction is told by one text, and each read-out; nothing else is."""
    applied = Correction.objects.filter(driver=case.driver, field="birthdate", state="applied")
    texts = Message.objects.filter(driver=case.driver)
    told_of = texts.filter(template__key="birthdate_changed")
    if sorted(applied.values_list("pk")) != sorted(told_of.values_list("correction")):
        yield f"{told_of.count()} texts for {applied.count()} corrections"
    if applied.exclude(case=case).exists():
        yield "a correction outside of the case"
    read = case.driver.approvals.exclude(used_at=None)
    intents = texts.exclude(pk__in=told_of).values_list("intent", flat=True)
    if sorted(intents) != sorted(f"code_read_out:{each.pk}" for each in read):
        yield f"{len(intents)} texts for {read.count()} read-outs"


def _people(case):
    for person in User.objects.filter(pk__in=case.answers.values("by")):
        if not person.has_perm(WORK):
            yield f"{person} may not answer"
    for answer in case.answers.select_related("step"):
        if answer.by_id is None and answer.step.kind != "check":
            yield f"nobody answered {answer}"
        if answer.by_id is not None and answer.step.kind == "check":
            yield f"{answer.by} answered what the system reads: {answer}"
        if answer.step.kind == "check" and answer.value not in FACTS[answer.step.fact].outcomes:
            yield f"no outcome of the fact: {answer}"


def _walks(case):
    open_walks = list(case.walks.filter(ended_at=None).select_related("step"))
    if len(open_walks) > 1 or (open_walks and case.state in {"new", "escalated", "closed"}):
        yield f"{len(open_walks)} open walks in a case that is {case.state}"
    for walk in open_walks:
        if walk.step.version_id != walk.version_id or walk.step.kind == "check":
            yield f"the walk stands at {walk.step.key}"
    if case.answers.exclude(step__version=F("walk__version")).exists():
        yield "an answer to a step of another version"


def _comparisons(case):
    """Counted here by themselves, and not as the lock counts them."""
    since = Q(at__gt=case.identity_lifted_at) if case.identity_lifted_at else Q()
    compared = Answer.objects.filter(since, case__driver=case.driver, step__kind="compare")
    if compared.filter(value="mismatch").count() > settings.MISMATCHED_COMPARISONS:
        yield "compared on after too many mismatches"
    if case.identity_checks.filter(since, is_verified=False).count() > FAILURES_TO_LOCK:
        yield "checked on after too many failures"


def _words(case):
    walk = engine.open_walk(case)
    if walk is not None:
        shown = f"{walk.step.title} {walk.step.spoken} {walk.step.hint}"
        yield from told(shown, case.driver)


def told(text, driver):
    """Say whether ``text`` tells the driver's birthdate, in any way of writing it."""
    day = driver.birthdate
    ways = ("%Y-%m-%d", "%Y%m%d", "%y%m%d", "%Y.%m.%d", "%Y년 %m월 %d일", "%Y/%m/%d")
    plain = f"{day.year}년 {day.month}월 {day.day}일"
    if any(way in text for way in [plain, *(day.strftime(each) for each in ways)]):
        yield "the birthdate on record is told"
