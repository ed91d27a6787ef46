"""What has to be true of every case, however it was walked: one sentence for each breach."""

from django.conf import settings
from django.db.models import F

from backoffice.sms.models import Message
from cases.models import WORK, Case
from cases.playbooks import engine
from cases.playbooks.facts import FACTS
from drivers.models import Correction

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
        for of in (_states, _corrections, _texts, _people, _walks, _words)
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


def _corrections(case):
    for correction in case.corrections.all():
        held = case.identity_checks.filter(
            is_verified=True,
            driver=correction.driver,
            at__lte=correction.requested_at,
            expires_at__gt=correction.requested_at,
        )
        if not any(_others(check) >= settings.IDENTITY_ITEMS for check in held):
            yield f"{correction} without an identity that is verified by other items"


def _others(check):
    """How many items fitted, without the birthdate, which is what is wrong."""
    return sum(fits for item, fits in check.items.items() if item != "birthdate")


def _texts(case):
    applied = Correction.objects.filter(driver=case.driver, field="birthdate", state="applied")
    texts = Message.objects.filter(driver=case.driver)
    if sorted(applied.values_list("pk")) != sorted(texts.values_list("correction")):
        yield f"{texts.count()} texts for {applied.count()} corrections"
    if applied.exclude(case=case).exists():
        yield "a correction outside of the case"


def _people(case):
    for answer in case.answers.select_related("by", "step"):
        if answer.by is None and answer.step.kind != "check":
            yield f"nobody answered {answer}"
        if answer.by is not None and not answer.by.has_perm(WORK):
            yield f"{answer.by} may not answer {answer}"
        if answer.by is not None and answer.step.kind == "check":
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


def _words(case):
    walk = engine.open_walk(case)
    if walk is not None:
        shown = f"{walk.step.title} {walk.step.script} {walk.step.hint}"
        yield from told(shown, case.driver)


def told(text, driver):
    """Say whether ``text`` tells the driver's birthdate, in any way of writing it."""
    day = driver.birthdate
    ways = ("%Y-%m-%d", "%Y%m%d", "%y%m%d", "%Y.%m.%d", "%Y년 %m월 %d일", "%Y/%m/%d")
    plain = f"{day.year}년 {day.month}월 {day.day}일"
    if any(way in text for way in [plain, *(day.strftime(each) for each in ways)]):
        yield "the birthdate on record is told"
