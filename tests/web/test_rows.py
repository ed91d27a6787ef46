"""The rows of a list: each value once, in its column, safe, and a way into the record."""

import re

CASES, DRIVERS = "/admin/cases/case/", "/admin/drivers/driver/"


def rows_of(page):
    table = re.search(r'<table id="result_list".*?</table>', page, re.DOTALL)
    return re.findall(r'<tr class="data-row">(.*?)</tr>', table[0], re.DOTALL) if table else []


def test_each_cell_carries_its_heading_and_its_value(signed_in, lead, make_case):
    case = make_case("start")

    [row] = rows_of(signed_in(lead).get(CASES).content.decode())

    cells = re.findall(r'data-label="([^"]*)">(.*?)</t[dh]>', row, re.DOTALL)
    shown = {label: re.sub("<[^>]*>", "", value) for label, value in cells}
    assert shown["번호"] == case.number
    assert shown["상태"] == "진단 중"
    assert shown["담당자"] == str(case.owner)
    assert len(shown) == 8


def test_the_first_value_leads_to_the_record_and_back_to_the_same_filter(
    signed_in, agent, make_case
):
    case = make_case()

    [row] = rows_of(signed_in(agent).get(f"{CASES}?state__exact=new").content.decode())

    [address] = re.findall(r'<th scope="row"[^>]*><a href="([^"]*)">', row)
    assert address == (f"{CASES}{case.pk}/change/?_changelist_filters=state__exact%3Dnew")
    assert row.count("<a ") == 1


def test_a_name_is_text_and_no_markup(signed_in, make_user, make_case):
    somebody = make_user("agent", "somebody", name="<b>김상담")
    make_case("start", by=somebody)

    [row] = rows_of(signed_in(somebody).get(CASES).content.decode())

    assert "&lt;b&gt;김상담" in row
    assert "<b>" not in row


def test_the_box_names_what_it_chooses(signed_in, lead, make_case):
    case = make_case()

    [row] = rows_of(signed_in(lead).get(CASES).content.decode())

    [box] = re.findall("<input[^>]*>", row)
    assert f'value="{case.pk}"' in box
    assert 'name="_selected_action"' in box
    assert f'aria-label="{case.number} 선택"' in box
    assert "action-select" in box


def test_a_list_opened_to_pick_from_hands_the_key_over(signed_in, lead, make_driver):
    driver = make_driver()

    [row] = rows_of(signed_in(lead).get(f"{DRIVERS}?_popup=1").content.decode())

    assert f'data-popup-opener="{driver.pk}"' in row


def test_an_empty_list_says_so(signed_in, lead):
    page = signed_in(lead).get(CASES).content.decode()

    assert not rows_of(page)
    assert "nothing-found" in page


def test_no_is_a_word_and_no_alarm(administrator, agent, signed_in):
    page = signed_in(administrator).get("/admin/staff/user/").content.decode()

    assert 'data-label="활성">예<' in page
    assert "icon-yes" not in page
