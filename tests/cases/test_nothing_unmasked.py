"""Whatever is typed into the centre's records, no page, attribute or answer repeats it."""

import pytest

from backoffice.audit.models import AccessRecord
from backoffice.workflow.transitions import perform
from cases import approvals
from drivers.reveal import reveal
from drivers.services import correct
from tests.walks import reach_escalation

# Each in the forms in which a page could write it.
SECRETS = [
    *("홍길동", "서울12바3456", "바3456", "12바 3456"),
    *("1980-05-03", "19800503", "800503", "1980년 5월 3일", "May 3, 1980", "3 May 1980"),
    *("1981-05-03", "19810503", "810503", "1981년 5월 3일", "May 3, 1981", "3 May 1981"),
    *("01000001234", "0000-1234", "+82100000", "+82 10-0000"),
    *("01055557777", "5555-7777", "+82105555", "+82 10-5555"),
]
PAGES = [
    "/admin/",
    "/admin/call/?driver={driver}",
    "/admin/drivers/driver/",
    "/admin/drivers/driver/{driver}/change/",
    "/admin/drivers/driver/{driver}/reveal/name/",
    "/admin/drivers/driver/{driver}/reveal/phone/",
    "/admin/drivers/correction/",
    "/admin/drivers/correction/{correction}/change/",
    "/admin/drivers/correction/{correction}/move/undo/",
    "/admin/cases/case/",
    "/admin/cases/case/?q={case_number}",
    "/admin/cases/case/add/?driver={driver}",
    "/admin/cases/case/{case}/change/",
    "/admin/cases/case/{case}/reveal/",
    "/admin/cases/case/{case}/desk/",
    "/admin/cases/case/{case}/desk/live/",
    "/admin/cases/case/{new_case}/change/",
    "/admin/cases/approval/",
    "/admin/cases/approval/queue/",
    "/admin/cases/approval/queue/live/",
    "/admin/cases/approval/{approval}/change/",
    "/admin/cases/agitpost/",
    "/admin/cases/agitpost/{post}/change/",
    "/admin/sms/message/",
    "/admin/sms/message/{message}/change/",
    "/admin/sms/message/way/?driver={driver}",
    "/admin/audit/accessrecord/",
    "/admin/audit/accessrecord/{reveal}/change/",
    "/admin/search/?s=1234&extended=1",
]


@pytest.fixture
def keys(make_driver, make_case, agent, other_agent, lead, escalated_by):
    """Everything that can come to be about one driver, who has been looked at as well."""
    driver = make_driver(phone="+821000001234")
    reveal(driver, "name", why="other", words="홍길동 1980-05-03 확인", by=agent)
    fixed = correct(driver, "birthdate", driver.birthdate.replace(day=4), reason="통화", by=agent)
    correct(driver, "birthdate", driver.birthdate.replace(year=1981), reason="재요청", by=agent)
    case = make_case("start", driver=driver, presented_phone="+821055557777")
    escalation = escalated_by(agent, driver)
    decided = approvals.decide(escalation, "approve", by=lead, reason="홍길동 01055557777 확인")
    new_case = make_case(driver=driver, presented_phone="+821055557777", by=other_agent)
    return {
        "driver": driver.pk,
        "correction": fixed.pk,
        "case": case.pk,
        "case_number": case.number,
        "new_case": new_case.pk,
        "approval": decided.pk,
        "post": decided.case.agit_posts.get().pk,
        "message": driver.messages.first().pk,
        "reveal": AccessRecord.objects.filter(action="reveal").latest("pk").pk,
    }


@pytest.fixture
def escalated_by(make_case):
    """escalated_by(agent, driver): the request that a lead has to decide."""

    def make(person, driver):
        asked = {"driver": driver, "presented_phone": "+821055557777"}
        case = reach_escalation(make_case("start", by=person, **asked))
        reason = "홍길동 기사님 010-0000-1234, 19800503"
        return perform(case, "escalate", by=person, reason=reason).latest_approval

    return make


def test_no_page_shows_what_is_recorded(keys, superuser, signed_in):
    """One test for all pages: what there is to see takes longer to make than to look at."""
    client = signed_in(superuser)
    shown = {}

    for page in PAGES:
        for language in ("ko", "en"):
            client.cookies["django_language"] = language
            response = client.get(page.format(**keys))
            assert response.status_code == 200, page
            html = response.content.decode()
            if leaks := [each for each in SECRETS if each in html]:
                shown[page] = leaks

    assert shown == {}


@pytest.mark.parametrize("typed", ["010-5555-7777", "01055557777", "%2B821055557777"])
def test_the_call_page_masks_the_number_it_was_called_with(signed_in, agent, typed):
    page = signed_in(agent).get(f"/admin/call/?phone={typed}", follow=True)
    html = page.content.decode()

    assert "010-****-7777" in html
    assert not [each for each in SECRETS if each in html]
