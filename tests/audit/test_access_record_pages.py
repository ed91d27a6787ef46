"""The privacy officer reads the access records; nobody writes them by hand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record

LIST = "/admin/audit/accessrecord/"


@pytest.fixture
def written(agent, driver):
    return record(AccessRecord.Action.VIEW, by=agent, driver=driver, page="driver")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("privacy_officer", 200),
        ("superuser", 200),
        ("agent", 403),
        ("lead", 403),
        ("administrator", 403),
    ],
)
@pytest.mark.parametrize("page", ["", "{pk}/change/"])
def test_the_officer_reads_them(written, who, status, page, signed_in, request):
    client = signed_in(request.getfixturevalue(who))

    response = client.get(LIST + page.format(pk=written.pk))

    assert response.status_code == status
    if status == 200:
        assert "홍*동" in response.content.decode()
        assert "홍길동" not in response.content.decode()


def test_its_page_is_headed_by_the_person_and_not_by_his_account(
    written, privacy_officer, signed_in
):
    page = signed_in(privacy_officer).get(f"{LIST}{written.pk}/change/").content.decode()

    assert "김상담 조회" in page
    assert "agent 조회" not in page


def test_who_is_not_signed_in_reads_none(written, client):
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("who", ["privacy_officer", "superuser"])
@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_nobody_writes_them_by_hand(written, who, page, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    before = AccessRecord.objects.count()

    response = client.post(LIST + page.format(pk=written.pk), {"account": "x", "post": "yes"})

    assert response.status_code == 403
    assert AccessRecord.objects.exclude(action="refused").count() == before
    assert AccessRecord.objects.get(pk=written.pk).account == "agent"


@pytest.mark.parametrize("who", ["privacy_officer", "superuser"])
def test_they_are_not_deleted_in_bulk(written, who, signed_in, request):
    client = signed_in(request.getfixturevalue(who))

    client.post(
        LIST, {"action": "delete_selected", "_selected_action": [written.pk], "post": "yes"}
    )

    assert AccessRecord.objects.filter(pk=written.pk).exists()


def test_a_longer_list_makes_no_more_queries(agent, make_driver, privacy_officer, signed_in):
    client = signed_in(privacy_officer)

    def queries_with(count):
        for _ in range(count):
            record(AccessRecord.Action.VIEW, by=agent, driver=make_driver(), page="driver")
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    assert queries_with(2) == queries_with(10)


def test_filters_and_search_work(written, privacy_officer, signed_in):
    client = signed_in(privacy_officer)

    for query in ("?action__exact=view", "?q=agent", "?q=127.0.0.1"):
        assert client.get(LIST + query).status_code == 200
