"""G10: after a reading the code is nowhere: no table, no log, no session, no error page."""

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.template.defaulttags import URLNode
from django.views.debug import ExceptionReporter

from backoffice.workflow.transitions import perform
from cases.admin import approvals as pages
from cases.models import Approval, Case
from cases.playbooks import engine
from cases.readout import services
from tests.cases.readout.conftest import CODE


@pytest.fixture
def everything_stored():
    """everything_stored(): all tables and all columns, as text."""

    def dump():
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            assert {"cases_approval", "staff_session", "sms_message"} <= set(tables)
            found = []
            for table in tables:
                cursor.execute(f"select * from {connection.ops.quote_name(table)}")
                found += [(table, str(row)) for row in cursor.fetchall()]
        return found

    return dump


@pytest.fixture
def whole_read_out(ready, ask, agent, lead, login_service, client):
    """Asked, approved, read and closed, everything by the pages; what the lead was shown."""

    def walk():
        case = ready()
        ask(agent, case)
        approval = case.approvals.get()
        path = f"/admin/cases/approval/{approval.pk}"
        client.force_login(lead)
        decision = {"version": approval.version, "verdict": "approve", "reason": "확인함"}
        client.post(f"{path}/decide/", decision)
        shown = client.post(f"{path}/read-out/").content.decode()
        client.post(f"{path}/read-out/")
        client.get("/admin/cases/approval/queue/")
        walk = engine.open_walk(case)
        walk.stand_at(walk.version.steps.get(key="code-told"))
        case.messages.update(state="delivered")
        perform(case, "close", by=agent, resolution=Case.Resolution.CODE_READ_OUT)
        return shown

    return walk


def test_guard_g10_the_code_is_in_no_table(whole_read_out, everything_stored):
    assert CODE in whole_read_out()

    rows = everything_stored()

    assert len(rows) > 100
    assert [row for row in rows if CODE in row[1]] == []


def test_guard_g10_the_code_is_in_no_line_of_the_log(whole_read_out, caplog):
    caplog.set_level(logging.DEBUG)

    assert CODE in whole_read_out()

    assert caplog.records
    assert CODE not in caplog.text
    assert not any(CODE in str(vars(each)) for each in caplog.records)


def test_guard_g10_the_code_is_in_no_session_and_no_cookie(whole_read_out, client):
    assert CODE in whole_read_out()

    assert CODE not in str(dict(client.session.items()))
    assert CODE not in str(client.cookies)


def test_guard_g10_the_code_is_in_no_text_and_no_post(whole_read_out, sent):
    whole_read_out()

    case = Case.objects.latest("pk")
    assert [each.body for each in case.messages.all() if CODE in each.body] == []
    assert not case.agit_posts.exists()
    assert CODE not in str(sent)


IN_BETWEEN = [  # what may fail while the code is in somebody's hands
    (services, "queue_text"),
    (services, "record"),
    (pages, "TemplateResponse"),
    (pages, "add_never_cache_headers"),
    (URLNode, "render"),  # of the page, when half of it is made
]


@pytest.fixture
def press_and_crash(approved, lead, login_service, client, monkeypatch):
    """press_and_crash(module, name): show the code, while that fails; the response."""

    def press(place, name):
        def fail(*args, **details):
            raise ImproperlyConfigured("a crash in between")

        approval = approved()
        client.force_login(lead)
        monkeypatch.setattr(place, name, fail)
        try:
            return client.post(f"/admin/cases/approval/{approval.pk}/read-out/")
        finally:
            monkeypatch.undo()
            assert len(login_service.asked) == 1

    return press


@pytest.mark.parametrize(("place", "name"), IN_BETWEEN)
def test_guard_g10_no_page_of_a_crash_shows_the_code(
    press_and_crash, client, settings, place, name
):
    settings.DEBUG, client.raise_request_exception = True, False

    response = press_and_crash(place, name)

    assert response.status_code == 500
    assert "a crash in between" in response.content.decode()
    assert CODE not in response.content.decode()


@pytest.mark.parametrize(("place", "name"), IN_BETWEEN)
def test_guard_g10_no_report_of_a_crash_shows_the_code(press_and_crash, place, name, caplog):
    with pytest.raises(ImproperlyConfigured) as crash:
        press_and_crash(place, name)

    reporter = ExceptionReporter(None, crash.type, crash.value, crash.tb)
    report = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert "read_out_view" in report
    assert CODE not in report
    assert CODE not in caplog.text


def test_guard_g10_after_a_crash_nothing_is_shown_and_nothing_is_kept(
    press_and_crash, everything_stored, client
):
    with pytest.raises(ImproperlyConfigured):
        press_and_crash(pages, "add_never_cache_headers")
    approval = Approval.objects.get()

    again = client.post(f"/admin/cases/approval/{approval.pk}/read-out/")

    assert approval.used_at is not None
    assert CODE not in again.content.decode()
    assert CODE not in str(everything_stored())
