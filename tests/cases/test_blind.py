"""Who compares does not see the answer, and what he saw proves nothing to him."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import TransitionRefused
from cases.models import Case, Playbook, Walk
from cases.services import check_identity
from drivers.reveal import reveal

WHY = {"why": "call_back", "words": ""}
TWO = {"name": "홍길동", "vehicle_no": "서울12바3456"}
OTHER_TWO = {"vehicle_no": "서울12바3456", "birthdate": date(1980, 5, 3)}
PROOFS = [("name", "홍길동"), ("vehicle_no", "서울12바3456")]


@pytest.fixture
def unmask(client):
    """unmask(agent, driver, "name"): the page that answers."""

    def post(person, driver, field):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        response = client.post(f"/admin/drivers/driver/{driver.pk}/reveal/{field}/", WHY)
        return response.content.decode()

    return post


@pytest.fixture
def ask_number(client):
    """ask_number(agent, case): the page that answers who wants the presented number."""

    def post(person, case, **options):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client.post(f"/admin/cases/case/{case.pk}/reveal/", WHY, **options)

    return post


@pytest.fixture
def identify(agent):
    def check(case, said=TWO, by=None):
        return check_identity(case, said, call_back_answered=True, by=by or agent)

    return check


def stand_at(case, playbook, step):
    version = Playbook.objects.get(key=playbook).published
    return Walk.objects.create(case=case, version=version, step=version.steps.get(key=step))


@pytest.mark.parametrize("who", ["agent", "other_agent", "lead", "superuser"])
@pytest.mark.parametrize(("field", "value"), PROOFS)
@pytest.mark.parametrize("moves", [[], ["start"]])
def test_what_proves_the_caller_is_masked_until_he_is_verified(
    make_case, driver, unmask, identify, who, field, value, moves, request
):
    person = request.getfixturevalue(who)
    case = make_case(*moves, driver=driver)

    page = unmask(person, driver, field)
    assert f"in case {case.number} the caller is not verified" in page
    assert value not in page

    if moves:
        identify(case)
        assert value in unmask(person, driver, field)


def test_after_the_check_has_expired_it_is_masked_again(
    make_case, driver, unmask, identify, agent
):
    check = identify(make_case("start", driver=driver))
    type(check).objects.update(expires_at=timezone.now())

    assert "is not verified" in unmask(agent, driver, "name")


@pytest.mark.parametrize("state", ["closed", "escalated"])
def test_a_case_in_which_nobody_is_checked_keeps_nothing_back(
    make_case, driver, unmask, agent, state
):
    case = make_case("start", driver=driver)
    Case.objects.filter(pk=case.pk).update(state=state)

    assert "홍길동" in unmask(agent, driver, "name")


def test_a_number_is_there_to_be_dialled_while_the_caller_is_not_verified(
    make_case, driver, unmask, agent
):
    make_case("start", driver=driver)

    assert "010-0000-1234" in unmask(agent, driver, "phone")


def test_a_number_is_masked_while_it_is_compared(make_case, driver, unmask, ask_number, lead):
    case = make_case("start", driver=driver)
    walk = stand_at(case, "q3", "phone-compared")

    for page in (unmask(lead, driver, "phone"), ask_number(lead, case).content.decode()):
        assert f"being compared in case {case.number}" in page
        assert "010-0000-1234" not in page

    Walk.objects.filter(pk=walk.pk).update(ended_at=timezone.now())
    assert "010-0000-1234" in unmask(lead, driver, "phone")


@pytest.mark.parametrize(("field", "value"), PROOFS)
def test_what_somebody_saw_proves_nothing_to_him(
    make_case, driver, unmask, identify, agent, other_agent, field, value
):
    """The way round: first unmask, then open the case and type what the screen said."""
    unmask(agent, driver, field)
    case = make_case("start", driver=driver)
    said = {field: value, "birthdate": date(1980, 5, 3)}

    with pytest.raises(TransitionRefused, match="마스킹을 해제하여 본 항목"):
        identify(case, said)

    assert not case.identity_checks.exists()
    assert identify(case, said, by=other_agent).is_verified


def test_other_items_prove_it_all_the_same(make_case, driver, unmask, identify, agent):
    unmask(agent, driver, "name")

    assert identify(make_case("start", driver=driver), OTHER_TWO).is_verified


def test_it_is_forgotten_after_a_day_and_concerns_one_driver(
    make_case, make_driver, driver, agent, identify, monkeypatch
):
    reveal(driver, "name", why="call_back", by=agent)
    assert identify(make_case("start", driver=make_driver())).is_verified

    tomorrow = timezone.now() + timedelta(hours=25)
    case = make_case("start", driver=driver)
    monkeypatch.setattr("cases.blind.timezone.now", lambda: tomorrow)
    assert identify(case).is_verified


def test_the_page_of_the_check_says_so_and_keeps_what_was_typed(
    make_case, driver, unmask, client, agent
):
    unmask(agent, driver, "name")
    case = make_case("start", driver=driver)

    page = client.post(f"/admin/cases/case/{case.pk}/identity/", TWO | {"version": case.version})

    assert "so it proves nothing: name" in page.content.decode()
    assert 'value="서울12바3456"' in page.content.decode()


def test_the_presented_number_is_shown_while_the_case_is_open(
    make_case, agent, ask_number, driver
):
    case = make_case("start", driver=driver, presented_phone="+821000007777")

    assert ask_number(agent, case).status_code == 200
    response = ask_number(agent, case, headers={"Accept": "application/json"})

    assert response.json()["value"] == "010-0000-7777"
    record = AccessRecord.objects.filter(action="reveal").latest("pk")
    assert (record.by, record.driver) == (agent, driver)
    assert record.detail == {
        "field": "presented_phone",
        "reason": "콜백/OB",
        "case": case.number,
    }


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "closed"}, "Not possible now"),
        ({"presented_phone": ""}, "Nothing is on record there."),
    ],
)
def test_otherwise_it_is_not(make_case, agent, ask_number, fields, sentence):
    case = make_case("start", presented_phone="+821000007777")
    Case.objects.filter(pk=case.pk).update(**fields)

    page = ask_number(agent, case).content.decode()

    assert sentence in page
    assert "7777" not in page
    assert not AccessRecord.objects.filter(action="reveal").exists()


@pytest.mark.parametrize("who", ["privacy_officer", "administrator"])
def test_nor_to_who_takes_no_calls(make_case, ask_number, who, request):
    assert ask_number(request.getfixturevalue(who), make_case("start")).status_code == 403
