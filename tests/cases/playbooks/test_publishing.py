"""Who publishes a version, and what that retires."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Playbook, PlaybookVersion, Step
from cases.playbooks.drafting import new_draft
from tests.cases.playbooks.walking import ask, check, close, do, draft, say

IDENTITY = {"verified": "change", "not_verified": "end"}
CHANGE = do("change", "correct_birthdate", {"done": "end", "asked": "end"})
LATER = do("change", "schedule_birthdate", {"done": "tell", "asked": "end"})
TELL = do("tell", "disclose_birthdate", {"done": "end"})
GOOD = {
    "shortest": [close()],
    "identity by the act": [do("a", "identity_check", IDENTITY), CHANGE, close()],
    "identity by the fact": [check("a", "identity", IDENTITY), CHANGE, close()],
    "scheduled and told after the identity": [
        do("a", "identity_check", IDENTITY),
        LATER,
        TELL,
        close(),
    ],
    "loop with an exit": [ask("a", {"again": "b", "stop": "end"}), say("b", "a"), close()],
    "over to another": [
        ask("a", {"x": "b", "y": "end"}),
        do("b", "switch", playbook="q1"),
        close(),
    ],
}


def refusal(version, by):
    with translation.override("en"), pytest.raises(TransitionRefused) as refused:
        perform(version, "publish", by=by)
    return str(refused.value)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_one_retires_the_one_before(name, lead):
    first = perform(draft(close()), "publish", by=lead)

    second = perform(draft(*GOOD[name]), "publish", by=lead)

    states = dict(second.playbook.versions.values_list("number", "state"))
    assert states == {1: "retired", 2: "published"}
    assert second.playbook.published == second
    assert second.published_at
    assert first.changes.get(transition="retire").by is None
    assert second.changes.get().by == lead


def test_a_draft_that_nobody_wants_is_discarded_and_leaves_room_for_another(lead, signed_in):
    published = Playbook.objects.get(key="q1").published
    mistake = new_draft(published, by=lead)
    page = f"/admin/cases/playbookversion/{mistake.pk}/"
    assert "초안 폐기" in signed_in(lead).get(f"{page}change/").content.decode()

    signed_in(lead).post(f"{page}move/discard/", {"version": mistake.version})

    assert PlaybookVersion.objects.get(pk=mistake.pk).state == "retired"
    assert published.playbook.published == published
    assert new_draft(published, by=lead).state == "draft"


def test_what_is_published_is_not_discarded(lead):
    published = Playbook.objects.get(key="q1").published

    with pytest.raises(TransitionRefused):
        perform(published, "discard", by=lead)


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_who_may_not_discard(who, db, request):
    with pytest.raises(TransitionRefused):
        perform(draft(close()), "discard", by=request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_who_may_not_publish(who, db, request):
    version = draft(close())

    assert refusal(version, request.getfixturevalue(who)) == "You are not allowed to do this."
    assert PlaybookVersion.objects.get(pk=version.pk).state == "draft"


@pytest.mark.parametrize("state", ["published", "retired"])
def test_only_a_draft_is_published(state, lead):
    version = draft(close())
    PlaybookVersion.objects.filter(pk=version.pk).update(state=state)

    assert "Not possible now" in refusal(version, lead)


def test_nobody_retires_by_hand(lead, superuser):
    version = perform(draft(close()), "publish", by=lead)

    for person in (lead, superuser):
        with pytest.raises(TransitionRefused):
            perform(version, "retire", by=person)


def test_the_database_holds_one_published_version_of_a_playbook(lead):
    perform(draft(close()), "publish", by=lead)
    second = draft(close())

    with pytest.raises(IntegrityError), transaction.atomic():
        PlaybookVersion.objects.filter(pk=second.pk).update(state="published")
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(version=second, key="end", position=9, kind="say", title="again")
