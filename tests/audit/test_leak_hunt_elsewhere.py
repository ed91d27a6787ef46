"""The hunt beside the pages: log, bells, sessions, access records, Agit, failures."""

import io
import json
import logging

import pytest
from celery.signals import before_task_publish
from django.conf import settings as product
from django.core.cache import cache
from django.test import Client
from django.utils.module_loading import import_string

from backoffice import logs
from backoffice.audit.models import AccessRecord
from backoffice.staff.models import Session
from cases.models import AgitPost
from drivers.admin import DriverAdmin
from tests.audit.marks import marks_in
from tests.audit.test_leak_hunt import life  # noqa: F401 - a fixture
from tests.retention.life import NAME, OWN, said


@pytest.fixture
def log():
    """All that is logged, in both forms, at its most talkative."""
    written, root = io.StringIO(), logging.getLogger()
    handlers = []
    for formatter in product.LOGGING["formatters"].values():
        handler = logging.StreamHandler(written)
        handler.setFormatter(import_string(formatter["()"])())
        handler.addFilter(logs.Origin())
        handlers.append(handler)
        root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.fixture
def bells():
    """Everything that was given to the broker."""
    rung = []

    def keep(body, headers, **signal):
        rung.append(json.dumps([body, headers], default=str, ensure_ascii=False))

    before_task_publish.connect(keep)
    yield rung
    before_task_publish.disconnect(keep)


@pytest.fixture
def lived(log, bells, django_capture_on_commit_callbacks, request):
    """The whole life, with what its commits ring."""
    with django_capture_on_commit_callbacks(execute=True):
        return request.getfixturevalue("life")


def test_nothing_beside_the_pages_holds_a_mark(lived, log, bells, agent):
    """One test, since the life takes long to live."""
    knocks = Client()
    knocks.post("/admin/login/", {"username": NAME, "password": OWN})
    knocks.get("/admin/drivers/driver/", {"q": said("검색")})
    sessions = [each.get_decoded() for each in Session.objects.all()]
    details = list(AccessRecord.objects.values_list("detail", flat=True))
    posts = list(AgitPost.objects.values_list("text", flat=True))

    assert log.getvalue()
    assert all([bells, sessions, details, posts])
    for words in (bells, sessions, details, posts, list(getattr(cache, "_cache", {}).values())):
        assert marks_in(json.dumps(words, default=str, ensure_ascii=False)) == []
    assert marks_in(log.getvalue()) == []


def test_a_failure_tells_its_words_neither_to_the_page_nor_to_the_log(
    log, driver, agent, monkeypatch
):
    def fails(self, *args, **kwargs):
        raise RuntimeError(said("크래시"))

    monkeypatch.setattr(DriverAdmin, "changeform_view", fails)
    client = Client(raise_request_exception=False)
    client.force_login(agent)

    response = client.get(f"/admin/drivers/driver/{driver.pk}/change/")

    assert response.status_code == 500
    assert marks_in(response.content.decode()) == []
    assert "RuntimeError" in log.getvalue()
    assert marks_in(log.getvalue()) == []


def test_the_log_is_searched(log):
    """The control."""
    print(said("직접"), file=log)

    assert marks_in(log.getvalue()) != []
