"""The pages may be opened to some networks alone."""

from ipaddress import ip_network

import pytest

INSIDE, OUTSIDE = "10.1.2.3", "203.0.113.9"


@pytest.fixture(autouse=True)
def networks(settings):
    settings.ALLOWED_NETWORKS = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [INSIDE, "2001:db8::7", "::ffff:10.1.2.3"])
def test_who_comes_from_inside_may_sign_in(address, client):
    assert client.get("/admin/login/", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", [OUTSIDE, "2001:db9::7", "::ffff:203.0.113.9", "", "unix:"])
@pytest.mark.parametrize("url", ["/admin/login/", "/admin/", "/", "/i18n/setlang/"])
def test_who_comes_from_outside_reads_a_sentence(url, address, client):
    response = client.get(url, REMOTE_ADDR=address)

    assert response.status_code == 403
    assert "허용된 네트워크" in response.content.decode()


def test_a_session_does_not_help(client, signed_in, agent):
    assert signed_in(agent).get("/admin/", REMOTE_ADDR=OUTSIDE).status_code == 403


def test_a_client_cannot_claim_to_be_inside(client, settings):
    settings.TRUSTED_PROXIES = 1

    response = client.get(
        "/admin/login/", REMOTE_ADDR=INSIDE, headers={"X-Forwarded-For": f"{INSIDE}, {OUTSIDE}"}
    )

    assert response.status_code == 403


def test_machines_are_not_asked(client):
    assert client.get("/healthz", REMOTE_ADDR=OUTSIDE).status_code == 200
    assert client.post("/hooks/sms/nobody/", REMOTE_ADDR=OUTSIDE).status_code == 404


@pytest.mark.django_db
def test_without_a_list_everybody_may_knock(client, settings):
    settings.ALLOWED_NETWORKS = []

    assert client.get("/admin/login/", REMOTE_ADDR=OUTSIDE).status_code == 200
