"""Korean, unless the person switched."""

import pytest

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def language_of(response):
    return response.headers["Content-Language"]


@pytest.mark.parametrize("accepted", [None, "en", "en-US,en;q=0.9", "de", "ko"])
def test_is_korean_whatever_the_browser_prefers(client, accepted):
    headers = {"accept-language": accepted} if accepted else {}

    response = client.get(LOGIN, headers=headers)

    assert language_of(response) == "ko"
    assert '<html lang="ko"' in response.content.decode()


@pytest.mark.parametrize("chosen", ["en", "ko"])
def test_is_what_the_person_chose(client, chosen):
    client.post("/i18n/setlang/", {"language": chosen, "next": LOGIN})

    response = client.get(LOGIN, headers={"accept-language": "de"})

    assert language_of(response) == chosen
    assert f'<html lang="{chosen}"' in response.content.decode()


def test_can_be_switched_back(client):
    for chosen in ("en", "ko"):
        client.post("/i18n/setlang/", {"language": chosen, "next": LOGIN})

    assert language_of(client.get(LOGIN)) == "ko"


@pytest.mark.parametrize("chosen", ["de", "", "xx", "../../etc", "en" * 500])
def test_a_language_that_is_not_offered_changes_nothing(client, chosen):
    client.cookies["django_language"] = chosen

    assert language_of(client.get(LOGIN)) == "ko"


def test_the_choice_of_one_request_does_not_stay_for_the_next(client):
    client.cookies["django_language"] = "en"
    client.get(LOGIN)
    client.cookies.clear()

    assert language_of(client.get(LOGIN)) == "ko"


def test_refusals_speak_the_chosen_language(client, driver, agent):
    client.force_login(agent)
    url = f"/admin/drivers/driver/{driver.pk}/move/suspend/"
    said = set()

    for chosen in ("ko", "en"):
        client.cookies["django_language"] = chosen
        response = client.post(url, {"version": driver.version, "reason": "민원 접수"})
        said.add(str(response.context["form"].non_field_errors()[0]))

    assert "You are not allowed to do this." in said


def test_switching_leads_nowhere_else(client):
    response = client.post(
        "/i18n/setlang/", {"language": "en", "next": "https://example.com/phish"}
    )

    assert "example.com" not in response.url
