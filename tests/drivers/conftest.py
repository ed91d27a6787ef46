"""A driver's page, as people use it."""

import pytest

from drivers.models import Driver

# How what is on record about the driver of these tests could be written.
RECORDED = [
    "홍길동",
    "1980-05-03",
    "19800503",
    "800503",
    "1980년 5월 3일",
    "May 3, 1980",
    "01000001234",
    "010-0000-1234",
    "+821000001234",
    "+82 10-0000-1234",
]


@pytest.fixture
def page_of():
    return lambda driver: f"/admin/drivers/driver/{driver.pk}/change/"


@pytest.fixture
def save_page(client, page_of):
    """save_page(agent, driver, birthdate="…", reason="…"): open the page, type, save."""

    def save(person, driver, **typed):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        stored = Driver.objects.get(pk=driver.pk)
        shown = {
            name: getattr(stored, name)
            for name in ("version", "service_type", "affiliation", "company")
        }
        return client.post(page_of(driver), shown | {"birthdate": "", "reason": ""} | typed)

    return save


@pytest.fixture
def decide_page(client):
    """decide_page(lead, driver, "approve"): the pending request about the driver is decided."""

    def decide(person, driver, verdict):
        approval = driver.approvals.pending().get()
        client.force_login(person)
        typed = {"version": approval.version, "verdict": verdict, "reason": "서류 확인"}
        return client.post(f"/admin/cases/approval/{approval.pk}/decide/", typed)

    return decide


@pytest.fixture
def stored():
    return lambda row: type(row).objects.get(pk=row.pk)


@pytest.fixture
def shown_of_record():
    """What of the driver's record stands in a response; empty is good."""
    return lambda response: [each for each in RECORDED if each in response.content.decode()]
