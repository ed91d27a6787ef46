"""Every list of the site, narrowed by hand: it is turned away, or narrowed, and nothing fails."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.house.odd import failed

# A statement that PostgreSQL refuses ends the transaction around it.
pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

LOOKUPS = ["exact", "id__exact", "isnull", "gte", "lt"]
ODD = [
    "abc",
    "\0",
    "9" * 23,
    "0001-01-01T00:00:00+00:00",
]


def parameters(list_filter):
    """Return what an address can hold for one entry of a ``list_filter``, and more."""
    if parameter := getattr(list_filter, "parameter_name", None):
        return [parameter]
    name = list_filter if isinstance(list_filter, str) else list_filter[0]
    return [name, f"{name}_from", f"{name}_to", *[f"{name}__{each}" for each in LOOKUPS]]


@pytest.fixture
def lists(superuser, rf):
    """The address of every list, and what it can be narrowed by."""
    request = rf.get("/")
    request.user = superuser
    return {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"): [
            *["p", "o", "q"],
            *[each for narrows in shown.get_list_filter(request) for each in parameters(narrows)],
        ]
        for model, shown in admin.site._registry.items()
    }


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_filter_is_no_error_page(odd, lists, superuser):
    client = Client(raise_request_exception=False)
    client.force_login(superuser)

    asked = [(page, name) for page, names in lists.items() for name in names]

    assert len(asked) > 100
    answers = [((page, name), client.get(page, {name: odd})) for page, name in asked]
    assert failed(answers) == []
