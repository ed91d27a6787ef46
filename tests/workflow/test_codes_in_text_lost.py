"""G10: the pages that refuse a code in the message above, and not in a form."""

import pytest

from backoffice.sms.queueing import queue_text
from cases.models import AgitPost
from tests.workflow.test_codes_in_text_doors import (
    HARMLESS,
    TYPED,
    after,
    case_of,
    is_stored,
    scene,
)

__all__ = ["scene"]


def desk_note(scene):
    case = case_of(scene)
    page = {"version": case.version, "note": TYPED}
    return scene.agent, f"/admin/cases/case/{case.pk}/desk/note/", page


def text(scene, state, page):
    message = queue_text("birthdate_changed", driver=scene.driver, intent="test")
    type(message).objects.update(state=state)
    return scene.lead, f"/admin/sms/message/{message.pk}/{page}/", {"reason": TYPED}


def agit(scene, state, page):
    post = AgitPost.objects.create(case=case_of(scene), text="이관", intent="test", state=state)
    return scene.lead, f"/admin/cases/agitpost/{post.pk}/{page}/", {"reason": TYPED}


def hand_over_all(scene):
    page = {"action": "hand_over_all", "_selected_action": [case_of(scene).pk]}
    typed = {"to": scene.other_agent.pk, "reason": TYPED}
    return scene.lead, "/admin/cases/case/", page | typed


DOORS = {
    "note at the desk": desk_note,
    "text sent again": lambda scene: text(scene, "failed", "send-again"),
    "text taken as arrived": lambda scene: text(scene, "unknown", "arrived"),
    "sending stopped": lambda scene: (
        scene.lead,
        "/admin/sms/message/operations/stop/",
        {"reason": TYPED},
    ),
    "post sent again": lambda scene: agit(scene, "failed", "again"),
    "post settled": lambda scene: agit(scene, "unknown", "settle"),
    "several cases handed over": hand_over_all,
}


@pytest.mark.parametrize("door", DOORS)
def test_guard_g10_none_of_these_takes_a_code_either(scene, client, door):
    _page, is_refused = after(client, DOORS[door](scene))

    assert is_refused
    assert not is_stored("482913")


@pytest.mark.parametrize("door", DOORS)
def test_guard_g10_what_was_typed_is_not_lost_there_either(scene, client, door):
    page, _is_refused = after(client, DOORS[door](scene))

    assert TYPED in page


@pytest.mark.parametrize("door", DOORS)
def test_guard_g10_the_same_words_without_the_code_are_taken_there(scene, client, door):
    person, url, page = DOORS[door](scene)
    typed = {name: HARMLESS if value == TYPED else value for name, value in page.items()}

    client.force_login(person)
    client.post(url, typed)

    assert is_stored(HARMLESS)
