"""What the department does not read: the agent may write anything, and it leaves masked."""

from datetime import date

import pytest

from cases.services import correct_birthdate

# All that is on record of a driver, in the ways in which an agent may write it down.
PERSONAL = [
    *("홍길동", "010-0000-1234", "01000001234", "010 0000 1234", "010.0000.1234"),
    *("1980-05-03", "19800503", "800503", "1980.5.3", "1980년 5월 3일", "1980. 5. 3."),
]
BIRTHDATES = ["1980-05-03", "1980-03-05", "19800305", "800305", "1980. 3. 5."]


@pytest.fixture
def case(make_case, driver):
    return make_case("start", driver=driver)


@pytest.mark.parametrize("written", PERSONAL)
def test_what_the_agent_wrote_is_masked(case, text_of, written):
    text = text_of(case, reason=f"기사 {written} 확인, C-2026-000007 참고, 1800-3400 미수신")

    assert written not in text
    assert "C-2026-000007" in text
    assert "1800-3400" in text


def test_nothing_of_the_record_is_in_it(case, text_of):
    text = text_of(case, reason=" / ".join(PERSONAL))

    assert [each for each in PERSONAL if each in text] == []
    assert "1980" not in text
    assert case.driver.company not in text
    assert case.driver.vehicle_no not in text


def test_rule_4_7_neither_the_old_birthdate_nor_the_new_one_is_in_it(
    identified, driver, agent, text_of
):
    case = correct_birthdate(identified(driver=driver), date(1980, 3, 5), reason="통화", by=agent)

    text = text_of(case, reason=f"{BIRTHDATES[0]}에서 {', '.join(BIRTHDATES[1:])}로 변경 후 불가")

    assert [each for each in BIRTHDATES if each in text] == []
    assert "변경 후 불가" in text


@pytest.mark.parametrize("name", ["김구", "남궁민수", "James Lee"])
def test_other_names_are_masked_too(make_driver, make_case, text_of, name):
    text = text_of(make_case("start", driver=make_driver(name=name)), reason=f"{name} 기사 확인")

    assert name not in text


@pytest.mark.parametrize("written", ["서울12바3456", "12바3456", "홍 길동"])
def test_other_ways_to_say_who_it_is_are_masked(case, text_of, written):
    assert written not in text_of(case, reason=f"기사 {written} 확인")
