"""The filters beside a list."""

import re

import pytest

pytestmark = pytest.mark.django_db

CASES = "/admin/cases/case/"


def filters(page):
    """Return the markup of each filter by its heading."""
    found = re.findall(r'<div class="filter">\s*<h3>(.*?)</h3>(.*?)</div>', page, re.DOTALL)
    return {heading.strip(): rest for heading, rest in found}


def test_the_choice_that_holds_is_marked_and_kept(lead, signed_in, make_case):
    make_case("start")

    page = signed_in(lead).get(CASES, {"state__exact": "diagnosing"}).content.decode()

    kept = '<input type="hidden" name="state__exact" value="diagnosing">'
    [states] = [each for each in filters(page).values() if kept in each]
    assert re.findall(r'href="([^"]*)" aria-current="true"', states) == [
        "?state__exact=diagnosing"
    ]


def test_without_a_choice_all_is_marked_and_nothing_kept(lead, signed_in):
    page = signed_in(lead).get(CASES).content.decode()

    for heading, choices in filters(page).items():
        if "모두" in choices:
            assert re.findall(r'aria-current="true">([^<]*)<', choices) == ["모두"], heading
        assert "<input" not in choices, heading


def test_a_choice_is_text(lead, make_user, signed_in, make_case):
    make_case("start", by=make_user("agent", "o", name="<b>&굵은"))

    page = signed_in(lead).get(CASES).content.decode()

    assert "<b>&굵은" not in page
    assert "&lt;b&gt;&amp;굵은" in "".join(filters(page).values())
