"""A search is posted and sealed in the address; what is exported is what that list shows."""

import pytest

LIST = "/admin/drivers/driver/"


@pytest.fixture
def searched(client, lead):
    """searched("김 1234", state__exact="active"): the query of the list that the box leads to."""

    def post(term, **filters):
        client.force_login(lead)
        answer = client.post(f"{LIST}find/", {"q": term, **filters})
        return "?" + answer.url.split("?", 1)[1]

    return post


def test_a_posted_search_with_a_filter_exports_what_the_list_shows(
    searched, make_driver, client, lead, exported, lines_of
):
    make_driver(name="김하나", phone="01000001234")
    make_driver(name="김둘", phone="01000011234", state="suspended")
    make_driver(name="이셋", phone="01000021234")
    query = searched("김 1234", state__exact="active")
    shown = client.get(f"{LIST}{query}").context["cl"].result_list
    (row,) = shown

    lines = lines_of(lead, exported(lead, query))

    assert "1234" not in query
    assert row.name == "김하나"
    assert sum("010-****-1234" in str(each) for each in lines) == 1
    assert any("김*나" in str(each) for each in lines)


def test_a_search_that_shows_nobody_exports_nobody(searched, make_driver, ask, lead):
    make_driver(name="김하나", phone="01000001234")
    query = searched("없음 9999")

    page = ask(lead, query)

    assert page.status_code == 200
    assert page.context["obstacle"]
