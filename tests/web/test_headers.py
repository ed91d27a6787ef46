"""What every answer says to the browser."""

import re

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


def policy_of(response):
    """Return the policy as a dictionary: directive → the set of its sources."""
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: set(sources) for name, *sources in map(str.split, parts)}


@pytest.fixture(params=["/admin/login/", "/admin/", "/admin/drivers/driver/", "/nowhere/"])
def answer(request, signed_in, agent, client):
    return (
        client.get(request.param)
        if "login" in request.param
        else signed_in(agent).get(request.param)
    )


def test_no_page_is_kept(answer):
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_policy_lets_no_script_stand_in_a_page(answer):
    policy = policy_of(answer)

    assert policy["script-src"] == {"'self'", "'unsafe-eval'"}
    assert policy["default-src"] == {"'self'"}
    assert policy["object-src"] == policy["frame-ancestors"] == {"'none'"}
    assert policy["form-action"] == policy["base-uri"] == {"'self'"}


def test_nothing_is_loaded_from_elsewhere(answer):
    policy = policy_of(answer)

    assert not re.search(r"https?:|\*", " ".join(" ".join(each) for each in policy.values()))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_the_other_headers(header, value, answer):
    assert answer.headers[header] == value


def test_no_page_uses_a_device(answer):
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "url", ["/admin/", "/admin/drivers/driver/", "/admin/drivers/driver/add/"]
)
def test_no_page_has_a_script_that_the_policy_would_stop(url, signed_in, lead):
    html = signed_in(lead).get(url).content.decode()

    assert not re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html)
    assert not re.findall(r"<[^>]+\son[a-z]+\s*=", html)


def test_files_of_the_theme_are_still_cached(client):
    assert finders.find("backoffice/backoffice.css")

    response = client.get("/static/backoffice/backoffice.css")
    response.close()

    assert "no-store" not in response.headers.get("Cache-Control", "")
    assert "max-age" in response.headers["Cache-Control"]


def test_the_hooks_and_the_probes_are_answered_as_before(client):
    assert client.get("/healthz").status_code == 200
    assert client.post("/hooks/sms/nobody/").status_code == 404
