"""The search box of a list: there where it finds what the list shows, and says what it takes."""

import re

import pytest

pytestmark = pytest.mark.django_db

BOX = 'id="changelist-search"'


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("/admin/staff/user/", "아이디 또는 이름"),
        ("/admin/staff/rightschange/", "아이디 또는 이름 전체"),
    ],
)
def test_it_says_what_it_takes(address, hint, administrator, signed_in):
    page = signed_in(administrator).get(address).content.decode()

    assert f'placeholder="{hint}"' in page


def test_the_groups_are_not_searched(administrator, signed_in):
    page = signed_in(administrator).get("/admin/auth/group/").content.decode()

    assert BOX not in page


@pytest.mark.parametrize(
    ("page", "is_shown"), [("cases/case/", False), ("drivers/correction/", True), ("help/", True)]
)
def test_the_side_bar_names_the_key_where_it_leads_to_it(page, is_shown, agent, signed_in):
    [box] = re.findall(
        r'<form class="nav-find".*?</form>',
        signed_in(agent).get(f"/admin/{page}").content.decode(),
        re.DOTALL,
    )

    assert ("aria-keyshortcuts" in box, "<kbd" in box) == (is_shown, is_shown)
