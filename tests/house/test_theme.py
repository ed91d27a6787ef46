"""What the house took from the theme and changed, so that a new release of it is noticed."""

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import unfold

from drivers.services import correct

THEIRS = Path(unfold.__file__).parent / "templates"
TAKEN = {
    "admin/change_list.html": "5885c39760f6085d55b2db8e740d4fdc340c402fc7cd43c0b5ef6ae7fb76f421",
    "admin/filter.html": "0c4cab2e0096ba7712d4ed56474be5b757af19016f2a8655da9001907cd2a065",
    "admin/search_form.html": "32c57965802858bd0013cf9fad08ca44e3e1993a5ff665e5ef6743c03bc6910d",
    "unfold/helpers/app_list.html": "6ab83ac498b2f50ff045b7abcf2254391ccea9ded1f653c9f860f516d0be65b6",  # noqa: E501
    "unfold/helpers/empty_results.html": "5f4727a37a99da76e245048c8c7d7307ded9fe749533b33410e38657a9b1ef7e",  # noqa: E501
    "unfold/helpers/field_readonly_value.html": "a1d46fa2a26e344130fb2675e1395a602d79f6244a4e05f3a19c976dfa9a2454",  # noqa: E501
    "unfold/helpers/search.html": "91996c27181d14ade8b4cbf84d90a4b0d293fdd92ae4325cda0f6889c29e28fb",  # noqa: E501
    "unfold/helpers/welcomemsg.html": "e8eab02522ba2319b937086bbcb6bf2a2bbe1489d236ad90ff23edbe070a7d6b",  # noqa: E501
    "unfold/layouts/skeleton.html": "66af9f0bb45f98ba4e16ba5e5a11f36d87b8e07430d19066d088b29548491c2e",  # noqa: E501
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_was_taken_from_the_theme_is_still_the_same_there(name):
    now = sha256((THEIRS / name).read_bytes()).hexdigest()

    assert now == TAKEN[name], f"Compare the theme's {name} with the one in backoffice/templates."


def test_what_is_empty_has_the_same_dash_on_every_page(signed_in, agent, driver):
    made = correct(driver, "birthdate", date(1980, 3, 5), reason="통화로 확인", by=agent)

    page = signed_in(agent).get(f"/admin/drivers/correction/{made.pk}/change/").content.decode()

    values = re.findall(r'<div class="readonly [^>]*>(.*?)</div>', page)
    assert values.count("–") > 1
    assert "-" not in values


@pytest.mark.parametrize(
    "page", ["drivers/driver/{0}/reveal/phone/", "cases/case/{1}/move/hand_over/"]
)
def test_a_select_that_is_not_answered_yet_says_so_alike(page, signed_in, lead, make_case):
    case = make_case("start")

    answer = signed_in(lead).get("/admin/" + page.format(case.driver_id, case.pk))

    assert re.findall(
        r'<option value="" *(?:selected)?>(.*?)</option>', answer.content.decode()
    ) == ["값 선택"]
