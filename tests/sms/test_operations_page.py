"""The page of the sending: the figures of the rows, as bars, for team leads alone."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice.outbox import health
from backoffice.sms import figures
from backoffice.sms.models import Message

URL = reverse("admin:sms_message_operations")


@pytest.fixture
def page(lead, signed_in):
    def read():
        return signed_in(lead).get(URL).content.decode()

    return read


def part(page, name):
    """Return one panel of the page, without its tags."""
    [panel] = re.findall(rf'id="{name}">(.*?)</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", panel).split())


@pytest.mark.parametrize("who", ["agent", "privacy_officer", "administrator"])
def test_is_for_team_leads(who, request, signed_in):
    assert signed_in(request.getfixturevalue(who)).get(URL).status_code == 403


def test_an_empty_day_says_so(page):
    text = page()

    assert "문자가 없습니다" in part(text, "gateways")
    assert "문자가 없습니다" in part(text, "latency")
    assert "최근 24시간 동안 문자가 없습니다." in part(text, "day")
    assert 'style="width: 0%"' in text


def test_shows_how_many_stand_where_and_since_when(page, make_message):
    make_message()
    make_message("unknown", queued_at=timezone.now() - timedelta(minutes=5, seconds=2))

    told = part(page(), "now")

    assert re.search(r"발송 대기 1 0:00:0\d", told)
    assert re.search(r"결과 확인 중 1 0:05:0\d", told)
    assert "접수 0 –" in told


def test_shows_what_became_of_them_by_gateway(page, make_message):
    for state, gateway in [("delivered", "solapi")] * 3 + [("failed", "nhn"), ("queued", "")]:
        make_message(state, gateway=gateway)

    told = part(page(), "gateways")

    assert "solapi 3 수신 완료 3" in told
    assert "nhn 1 발송 실패 1" in told
    assert "아직 발송 전 1 발송 대기 1" in told


def test_what_is_older_than_an_hour_is_not_of_the_last_hour(page, make_message):
    make_message("delivered", gateway="solapi", queued_at=timezone.now() - timedelta(minutes=61))

    assert "solapi" not in part(page(), "gateways")


def test_shows_how_long_the_taking_took(page, make_message):
    now = timezone.now()
    for seconds in (0.2, 0.4, 3, 20, 100, 500):
        make_message("accepted", queued_at=now, accepted_at=now + timedelta(seconds=seconds))

    told = part(page(), "latency")

    assert "1초 이내 2 5초 이내 1 30초 이내 1 2분 이내 1 그 이상 1" in told
    assert "500.0" in told


def test_the_page_and_the_metrics_tell_the_same(page, client, make_message):
    for state, n in {"queued": 2, "sending": 1, "accepted": 3, "unknown": 1}.items():
        for _each in range(n):
            make_message(state, gateway="solapi")

    standing = {each["state"]: each["n"] for each in figures.states()}
    metrics = client.get("/metrics").content.decode()

    for state, n in standing.items():
        assert f'outbox_rows{{kind="sms.message",state="{state}"}} {n}.0' in metrics


@pytest.mark.parametrize(("seen", "word"), [(3, "동작 중"), (90, "1분")])
def test_shows_how_long_ago_the_sweep_was_seen(seen, word, page):
    health.beat("sweep")
    health.Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=seen))

    told = part(page(), "now")

    assert word in told
    assert re.search(rf"({seen}|{seen + 1})초 전", told)


def test_a_sweep_that_never_was_has_no_age(page):
    assert "초 전" not in part(page(), "now")


def test_asks_as_often_for_many_as_for_few(page, make_message):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page()
        return len(asked)

    make_message()
    queries()
    few = queries()
    for state in Message.State.values:
        make_message(state, gateway="solapi")

    assert queries() == few
