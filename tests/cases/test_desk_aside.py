"""What the desk has beside the playbook: the note, and trying a version out."""

import pytest

from backoffice.workflow.transitions import perform
from cases.models import Answer, Case, Playbook, Walk


def write(client, case, note, *, version=None):
    version = case.version if version is None else version
    return client.post(
        f"/admin/cases/case/{case.pk}/desk/note/", {"note": note, "version": version}
    )


def test_keeps_the_note(make_case, agent, signed_in):
    case = make_case("start")

    write(signed_in(agent), case, "다시 전화 예정")

    assert Case.objects.get(pk=case.pk).note == "다시 전화 예정"


def test_a_note_from_a_stale_page_overwrites_nothing(make_case, agent, other_agent, signed_in):
    case = make_case("start")
    write(signed_in(other_agent), case, "먼저 쓴 메모")

    write(signed_in(agent), case, "나중 메모", version=case.version)

    assert Case.objects.get(pk=case.pk).note == "먼저 쓴 메모"


def test_a_closed_case_takes_no_note(make_case, agent, signed_in):
    case = perform(make_case("start"), "close", by=agent, resolution="guided")

    write(signed_in(agent), case, "덧붙임")

    assert Case.objects.get(pk=case.pk).note == ""


def test_who_does_not_work_on_cases_writes_none(make_case, privacy_officer, signed_in):
    case = make_case("start")

    assert write(signed_in(privacy_officer), case, "메모").status_code in {403, 404}
    assert Case.objects.get(pk=case.pk).note == ""


@pytest.mark.parametrize("key", ["q1", "q2", "q3", "q4"])
def test_trying_a_version_out_writes_nothing_and_comes_to_an_end(key, lead, signed_in, db):
    version = Playbook.objects.get(key=key).published
    client, at = signed_in(lead), version.start
    page = f"/admin/cases/playbookversion/{version.pk}/try/"

    for _turn in range(60):
        response = client.get(page, {"at": at})
        choices = list(response.context["choices"])
        if not choices:
            break
        at = choices[-1].next_key

    assert response.context["step"].kind == "do"
    assert not Walk.objects.exists()
    assert not Answer.objects.exists()


def test_an_agent_does_not_try_versions_out(agent, signed_in):
    version = Playbook.objects.get(key="q1").published

    response = signed_in(agent).get(f"/admin/cases/playbookversion/{version.pk}/try/")

    assert response.status_code == 404
