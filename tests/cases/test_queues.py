"""Finding cases, and whose they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message, Template
from backoffice.sms.queueing import queue_text, send_again
from backoffice.workflow.transitions import perform
from cases.models import AgitPost, Approval, Case
from cases.queues import QUEUES

LIST = "/admin/cases/case/"


@pytest.fixture
def shown(signed_in, agent):
    def show(query, person=None):
        response = signed_in(person or agent).get(LIST, query)
        return [case.number for case in response.context["cl"].result_list]

    return show


@pytest.fixture
def in_queue(make_case, agent, other_agent, driver):
    """One case in each queue: {name: case}."""
    soon = timezone.now() + timedelta(hours=1)
    cases = {
        "mine": make_case("start"),
        "unassigned": make_case(),
        "call_back": make_case("start", by=other_agent, follow_up_at=timezone.now()),
        "approval": make_case("start", by=other_agent, follow_up_at=soon),
        "undelivered": make_case("start", by=other_agent),
        "unposted": make_case("start", by=other_agent),
    }
    AgitPost.objects.create(case=cases["unposted"], text="본문", intent="agit:1", state="failed")
    Approval.objects.create(
        case=cases["approval"], kind="escalation", reason="확인", requested_by=other_agent
    )
    for number in (1, 2):  # two of one case
        Message.objects.create(
            driver=driver,
            case=cases["undelivered"],
            template=Template.objects.first(),
            template_version=0,
            to="01000001234",
            kind="LMS",
            body="본문",
            bytes=4,
            intent=f"test:{number}",
            state="undelivered",
        )
    return cases


@pytest.mark.parametrize("name", QUEUES)
def test_each_queue_shows_its_cases_and_no_other(name, in_queue, shown):
    assert shown({"queue": name}) == [in_queue[name].number]


def test_the_first_page_tells_how_long_each_queue_is(in_queue, make_case, agent, signed_in):
    make_case()
    closed = make_case("start", follow_up_at=timezone.now())
    Case.objects.filter(pk=closed.pk).update(state="closed")

    page = signed_in(agent).get("/admin/")

    lengths = {each["name"]: each["count"] for each in page.context["queues"]}
    assert lengths == dict.fromkeys(QUEUES, 1) | {"unassigned": 2}


@pytest.mark.parametrize("state", AgitPost.STATES)
def test_a_post_waits_for_a_person_until_it_is_posted_again(state, make_case, agent, shown):
    """Else nobody learns that the department was never asked."""
    case = make_case("start")
    post = AgitPost.objects.create(case=case, text="본문", intent="agit:1", state=state)
    waits = state in {"failed", "unknown"}
    assert shown({"queue": "unposted"}) == ([case.number] if waits else [])

    AgitPost.objects.create(case=case, text="본문", intent="agit-again:1", resend_of=post)
    assert shown({"queue": "unposted"}) == []


def test_a_text_that_did_not_arrive_waits_until_somebody_has_called(
    corrected, agent, lead, shown, signed_in
):
    case = corrected()
    Message.objects.update(state="undelivered")
    listed = {"attention": "person"}

    def waits():
        found = signed_in(lead).get("/admin/sms/message/", listed).context["cl"].result_list
        on_first_page = signed_in(lead).get("/admin/").context["stuck_messages"]
        return shown({"queue": "undelivered"}, lead) == [case.number], len(found), on_first_page

    assert [bool(each) for each in waits()] == [True] * 3

    perform(case, "record_call_back", by=agent, reason="14시 통화, 변경 안내함")

    assert [bool(each) for each in waits()] == [False] * 3

    queue_text("birthdate_changed", driver=case.driver, intent="later", case=case)
    Message.objects.filter(intent="later").update(state="failed")  # the call was before it

    assert [bool(each) for each in waits()] == [True] * 3


def test_a_text_sent_again_after_the_call_need_not_arrive(corrected, agent, lead, signed_in):
    case = corrected()
    Message.objects.update(state="undelivered")
    perform(case, "record_call_back", by=agent, reason="14시 통화, 변경 안내함")

    again = send_again(case.messages.get(), by=lead, reason="문자로도 원함")
    Message.objects.filter(pk=again.pk).update(state="undelivered")

    assert not Message.objects.waiting_for_a_person().exists()
    assert "유선 안내" in signed_in(lead).get(f"/admin/sms/message/{again.pk}/change/").text


def test_a_closed_case_is_in_no_queue(make_case, shown):
    case = make_case("start", follow_up_at=timezone.now())
    Case.objects.filter(pk=case.pk).update(state="closed")

    assert [shown({"queue": name}) for name in ("mine", "call_back")] == [[], []]


@pytest.mark.parametrize(
    "term",
    ["C-2026-000001", "c-2026-1", "1234", "010-0000-1234", "홍길동", "ㅎㄱㄷ", "서울12바3456"],
)
def test_finds_a_case_by_its_number_or_its_driver(term, make_case, make_driver, driver, shown):
    case = make_case(driver=driver)
    make_case(driver=make_driver(name="김민수", vehicle_no="부산34사7777", phone="+821000009999"))
    Case.objects.filter(pk=case.pk).update(number="C-2026-000001")

    assert shown({"q": term}) == ["C-2026-000001"]
    assert AccessRecord.objects.get(action="search").detail["drivers"] == [driver.pk]


def test_an_agent_claims_what_nobody_has(make_case, other_agent, agent, signed_in):
    free, taken = make_case(), make_case("start", by=other_agent)

    signed_in(agent).post(LIST, {"action": "claim_all", "_selected_action": [free.pk, taken.pk]})

    assert Case.objects.get(pk=free.pk).owner == agent
    assert Case.objects.get(pk=taken.pk).owner == other_agent


@pytest.mark.parametrize("action", ["claim_all", "hand_over_all"])
@pytest.mark.parametrize("ticked", ["", "abc", "1\0", "-1", "9" * 30, "9" * 5000])
def test_what_is_no_case_is_not_ticked(ticked, action, make_case, lead, signed_in):
    free = make_case()

    answer = signed_in(lead).post(
        LIST, {"action": action, "_selected_action": ticked}, follow=True
    )

    assert answer.status_code == 200
    assert len(answer.context["messages"]) == 1  # that nothing was selected
    assert Case.objects.get(pk=free.pk).owner is None


@pytest.mark.parametrize(("who", "ends_with"), [("lead", "other_agent"), ("agent", "agent")])
def test_only_a_lead_hands_over_several(who, ends_with, make_case, signed_in, request):
    person, target = (request.getfixturevalue(name) for name in (who, "other_agent"))
    cases = [make_case("start", by=request.getfixturevalue("agent")) for _place in range(2)]
    chosen = {"action": "hand_over_all", "_selected_action": [case.pk for case in cases]}

    signed_in(person).post(LIST, chosen | {"to": target.pk})

    owners = {case.owner for case in Case.objects.all()}
    assert owners == {request.getfixturevalue(ends_with)}


def test_all_cases_of_a_long_list_are_handed_over(
    make_case, agent, other_agent, lead, signed_in, settings
):
    """Of somebody who left: more of them than a request may have fields."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    cases = [make_case("start") for _place in range(12)]
    anothers = make_case("start", by=lead)
    url = f"{LIST}?owner__id__exact={agent.pk}"
    ticked = {"action": "hand_over_all", "select_across": "1", "_selected_action": cases[0].pk}

    asked = signed_in(lead).post(url, ticked | {"index": 0})
    typed = dict(asked.context["carried"]) | {"version": "", "reason": ""}
    refused = signed_in(lead).post(url, typed | {"to": ""})
    done = signed_in(lead).post(url, dict(refused.context["carried"]) | {"to": other_agent.pk})

    assert done.status_code == 302
    assert "12" in asked.context["original"]
    assert set(Case.objects.filter(owner=other_agent)) == set(cases)
    assert Case.objects.get(pk=anothers.pk).owner == lead


def test_an_agent_hands_over_his_own_case_but_not_anothers(
    make_case, agent, other_agent, lead, signed_in
):
    his, anothers = make_case("start"), make_case("start", by=other_agent)

    for case in (his, anothers):
        signed_in(agent).post(
            f"{LIST}{case.pk}/move/hand_over/", {"version": case.version, "to": lead.pk}
        )

    assert Case.objects.get(pk=his.pk).owner == lead
    assert Case.objects.get(pk=anothers.pk).owner == other_agent


def test_a_case_goes_to_nobody_who_does_not_work_on_cases(
    make_case, agent, privacy_officer, signed_in
):
    case = make_case("start")

    signed_in(agent).post(
        f"{LIST}{case.pk}/move/hand_over/", {"version": case.version, "to": privacy_officer.pk}
    )

    assert Case.objects.get(pk=case.pk).owner == agent


@pytest.mark.parametrize(
    ("is_loose", "words"),
    [
        (True, "상담 건 번호, 휴대폰 번호, 끝 네 자리, 이름, 초성, 차량번호"),
        (False, "상담 건 번호, 휴대폰 번호·차량번호 전체, 또는 두 조건(1234 김)"),
    ],
)
def test_the_search_box_says_what_it_finds_in_its_width(
    is_loose, words, signed_in, agent, settings
):
    settings.LOOSE_SEARCH = is_loose

    assert f'placeholder="{words}"' in signed_in(agent).get(LIST).content.decode()
