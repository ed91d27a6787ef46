"""Every URL of the site, with what no page of ours would send: a sentence, and no error page."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from backoffice.site import BackofficeSite
from tests.house import walking
from tests.house.odd import ODD, failed
from tests.house.world import asked_with, plausible

pytestmark = pytest.mark.long

# What pages read of an address or a form where a number, a key or a day belongs.
NUMBERS = [
    "_selected_action",
    "case",
    "consultation_type",
    "driver",
    "from",
    "last",
    "month",
    "page",
    "person",
    "phone",
    "pk",
    "step",
    "to",
    "version",
]

# These say 503 of themselves: nobody works here, and no secret is set.
MACHINES = {"readyz", "verification-events"}


@pytest.fixture
def root(superuser):
    client = Client(raise_request_exception=False)
    client.force_login(superuser)
    return client


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", [each for each in ODD if "digits" in each])
def test_odd_numbers_are_no_error_page(method, what, keys, root, monkeypatch):
    odd = dict.fromkeys(NUMBERS, ODD[what])
    monkeypatch.setattr(walking, "asked_with", lambda *place: odd | asked_with(*place))
    posted = odd | {"action": "claim_all"}
    monkeypatch.setattr(walking, "plausible", lambda *place: plausible(*place) | posted)

    found = walking.walk(root, method, keys)

    failures = failed((name, answer) for name, (answer, *_rest) in found.items())
    assert [name for name in failures if name not in MACHINES] == []


def pages_with_forms(keys):
    assert isinstance(admin.site._wrapped, BackofficeSite)
    for model in admin.site._registry:
        info = model._meta.app_label, model._meta.model_name
        yield reverse("admin:{}_{}_add".format(*info))
        if pk := keys.get("_".join(info)):
            yield reverse("admin:{}_{}_change".format(*info), args=[pk])


def inputs(response):
    """Return the name of every input of the form on a page."""
    page = (getattr(response, "context_data", None) or {}).get("adminform")
    for bound in page.form if page is not None else []:
        suffixes = getattr(bound.field.widget, "widgets_names", [""])
        yield from (f"{bound.html_name}{suffix}" for suffix in suffixes)


@pytest.mark.parametrize("what", ODD)
def test_an_odd_form_comes_back_with_sentences(what, keys, root):
    asked = []
    for page in pages_with_forms(keys):
        names = list(inputs(root.get(page)))
        asked.append((f"GET {page}", root.get(page, dict.fromkeys(names, ODD[what]))))
        asked.append((f"POST {page}", root.post(page, dict.fromkeys(names, ODD[what]))))

    assert len(asked) > 40
    assert failed(asked) == []
