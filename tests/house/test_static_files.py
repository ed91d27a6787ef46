"""Style sheets and scripts: as they lie, or collected, hashed, compressed and kept for good."""

import gzip
from contextlib import closing

import pytest
from django.contrib.staticfiles import finders, storage
from django.core.checks import run_checks
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

# The end of a request looks after the database connections.
pytestmark = pytest.mark.django_db

STYLE = "a { color: red } /* " + "long enough to be worth compressing " * 20 + "*/"


@pytest.fixture
def house(tmp_path, settings, monkeypatch):
    """A house with one style sheet."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "style.css").write_text(STYLE)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()
    settings.WHITENOISE_AUTOREFRESH = False
    finders.get_finder.cache_clear()
    _forget(monkeypatch)
    yield source
    finders.get_finder.cache_clear()


def _forget(monkeypatch):
    """As in a process that starts now."""
    monkeypatch.setattr(
        storage.staticfiles_storage,
        "_wrapped",
        storage.storages.create_storage({"BACKEND": "backoffice.static_files.CollectedFiles"}),
    )


def served(url):
    ask = WhiteNoiseMiddleware(lambda _request: HttpResponse(status=404))
    with closing(ask(RequestFactory().get(url, HTTP_ACCEPT_ENCODING="gzip"))) as answer:
        return b"".join(answer), answer["Cache-Control"]


def test_nothing_has_to_be_collected(house):
    url = storage.staticfiles_storage.url("style.css")

    body, kept = served(url)

    assert url == "/static/style.css"
    assert body == STYLE.encode()
    assert kept == "max-age=60, public"


def test_what_was_collected_is_compressed_and_kept_for_good(house, monkeypatch):
    call_command("collectstatic", interactive=False, verbosity=0)
    _forget(monkeypatch)
    url = storage.staticfiles_storage.url("style.css")

    body, kept = served(url)

    assert len(url) > len("/static/style.css")
    assert gzip.decompress(body) == STYLE.encode()
    assert "immutable" in kept


def test_what_was_collected_by_another_version_is_told(house, monkeypatch):
    def warned():
        return "backoffice.W021" in {each.id for each in run_checks(tags=["staticfiles"])}

    assert not warned()
    call_command("collectstatic", interactive=False, verbosity=0)
    _forget(monkeypatch)
    assert not warned()

    (house / "style.css").write_text("a { color: blue }")

    assert warned()
