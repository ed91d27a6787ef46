"""What is too large is not even read."""

import pytest


@pytest.fixture(autouse=True)
def limit(settings):
    settings.UPLOAD_LIMIT = 2_000_000


@pytest.mark.parametrize("address", ["/admin/login/", "/hooks/sms/memory/", "/"])
def test_more_than_the_limit_is_turned_away_in_a_sentence(address, client):
    response = client.post(address, b"x" * 2_000_001, content_type="text/plain")

    assert response.status_code == 413
    assert "2MB" in response.content.decode()


@pytest.mark.parametrize("length", ["nonsense", "-1", "٣"])
def test_a_strange_length_is_no_crash(length, client):
    assert client.get("/healthz", CONTENT_LENGTH=length).status_code == 200


@pytest.mark.django_db
def test_less_than_the_limit_is_looked_at(client):
    response = client.post("/hooks/sms/nobody/", b"x" * 1_000, content_type="text/plain")

    assert response.status_code == 404
