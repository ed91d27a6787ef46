"""The privacy officer's page, and how the pages speak of what was erased."""

import pytest

from backoffice.retention.models import Erasure, Run
from cases.models import Case
from drivers.models import Driver


@pytest.fixture
def erased(withdrawn, closed_case, run_after):
    """A driver and a case of which nothing is left but the figures."""
    driver, case = withdrawn(), closed_case()
    run_after(days=1096)
    return Driver.objects.get(pk=driver.pk), Case.objects.get(pk=case.pk)


def test_the_page_tells_what_went_and_what_goes_next(
    erased, withdrawn, later, signed_in, privacy_officer
):
    withdrawn()

    with later(days=31):
        page = signed_in(privacy_officer).get("/admin/retention/erasure/")

    due = {each["rule"].name: each["count"] for each in page.context["outlooks"]}
    assert (due["drivers"], due["cases"]) == (1, 0)
    assert page.context["last_run"].total == sum(each.count for each in Erasure.objects.all())
    assert "탈퇴한 기사" in page.content.decode()


def test_the_page_says_when_nothing_has_run(signed_in, privacy_officer, withdrawn, later):
    assert signed_in(privacy_officer).get("/admin/retention/erasure/").context["is_late"]


def test_the_page_of_a_fresh_run_does_not_warn(signed_in, privacy_officer, run_after):
    run_after(days=0)

    assert not signed_in(privacy_officer).get("/admin/retention/erasure/").context["is_late"]


def test_nobody_changes_the_ledger(erased, signed_in, privacy_officer):
    line = Erasure.objects.first()
    client = signed_in(privacy_officer)

    page = f"/admin/retention/erasure/{line.pk}"
    assert client.get(f"{page}/change/").status_code == 200
    assert client.post(f"{page}/change/", {"count": "0"}).status_code == 403
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/retention/erasure/add/", {}).status_code == 403
    assert Erasure.objects.get(pk=line.pk).count == line.count


def test_a_rule_that_failed_is_named(signed_in, privacy_officer, run_after):
    run_after(days=0)
    Run.objects.update(failed=["cases"])

    assert (
        "종결된 상담 건"
        in signed_in(privacy_officer).get("/admin/retention/erasure/").context["failed"]
    )


@pytest.mark.parametrize("who", ["agent", "lead"])
def test_an_erased_driver_reads_well_everywhere(who, erased, signed_in, request):
    driver, case = erased
    client = signed_in(request.getfixturevalue(who))

    name = f"파기된 기사 #{driver.pk}"
    for page in (
        "/admin/drivers/driver/",
        f"/admin/drivers/driver/{driver.pk}/change/",
        f"/admin/call/?driver={driver.pk}",
    ):
        assert name in client.get(page).content.decode(), page
    for page in ("/admin/cases/case/", f"/admin/cases/case/{case.pk}/change/"):
        assert "파기" in client.get(page).content.decode(), page


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_an_erased_driver_is_not_changed_any_more(who, erased, signed_in, request):
    driver, _case = erased
    client = signed_in(request.getfixturevalue(who))
    typed = {"version": driver.version, "birthdate": "1980-03-05", "reason": "통화"}

    response = client.post(f"/admin/drivers/driver/{driver.pk}/change/", typed)

    assert response.status_code == 403
    assert not Driver.objects.get(pk=driver.pk).corrections.exists()


@pytest.mark.parametrize("looked_for", ["홍길동", "ㅎㄱㄷ", "1234", "3456", "서울12바3456"])
def test_search_does_not_find_an_erased_driver(looked_for, withdrawn, run_after, signed_in, lead):
    withdrawn(phone="+821000001234")
    found = "/admin/drivers/driver/", {"q": looked_for}
    assert len(signed_in(lead).get(*found).context["cl"].result_list) == 1

    run_after(days=31)

    assert len(signed_in(lead).get(*found).context["cl"].result_list) == 0


def test_the_picker_does_not_find_an_erased_driver(withdrawn, run_after, signed_in, lead):
    withdrawn(phone="+821000001234")
    run_after(days=31)
    asked = {"app_label": "cases", "model_name": "case", "field_name": "driver", "term": "홍길동"}

    assert signed_in(lead).get("/admin/autocomplete/", asked).json()["results"] == []


def test_the_number_of_an_erased_driver_is_nobodys(withdrawn, run_after, signed_in, agent):
    withdrawn(phone="+821000001234")
    run_after(days=31)

    page = signed_in(agent).get("/admin/call/", {"phone": "01000001234"}, follow=True)

    assert page.context["driver"] is None


def test_no_case_is_opened_for_an_erased_driver(erased, signed_in, agent):
    driver, case = erased
    client, before = signed_in(agent), Case.objects.count()
    leaf = case.consultation_type_id

    typed = {"driver": driver.pk, "channel": "phone", "consultation_type": leaf, "note": ""}
    page = client.post("/admin/cases/case/add/", typed)
    popped = client.post(f"/admin/call/?driver={driver.pk}", {"playbook": "q1"}, follow=True)

    sentence = "개인정보는 파기되었습니다"
    assert sentence in page.content.decode()
    assert sentence in popped.content.decode()
    assert Case.objects.count() == before
