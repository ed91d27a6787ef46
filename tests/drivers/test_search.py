"""Finding a driver from whatever the caller says."""

import unicodedata
from datetime import date

import pytest

from drivers.models import Driver, DriverName
from drivers.search import kind_of, search


@pytest.fixture
def others(make_driver):
    """People who must not be found instead."""
    return [
        make_driver(name="김철수", phone="+821000005678", vehicle_no="부산34사7890"),
        make_driver(name="이영희", phone="+821000004321", vehicle_no="경기56아1111"),
        make_driver(name="John Smith", phone="+821000002222", vehicle_no=""),
    ]


@pytest.fixture
def hong(driver, others):
    return driver


def found(text):
    return list(search(Driver.objects.all(), text))


@pytest.mark.parametrize(
    "text",
    [
        # the whole number
        "010-0000-1234",
        "01000001234",
        "010 0000 1234",
        "010—0000—1234",
        "+82 10-0000-1234",
        "821000001234",
        "1000001234",
        "０１０００００１２３４",
        "０１０－００００－１２３４",
        "010‑0000‑1234",  # with hyphens that do not break
        "010―0000―1234",
        "\u200b01000001234",  # copied from a page, with what nobody sees
        "\u2068010-0000-1234\u2069",
        "홍 010–0000–1234",
        # the last four, of the phone and of the vehicle
        "1234",
        "１２３４",
        "3456",
        # the name, a part of it, its initials
        "홍길동",
        "홍 길 동",
        "홍길",
        "홍",
        "길동",
        "길",
        "동",
        "ㅎㄱㄷ",
        "ㅎㄱ",
        "ㄱㄷ",
        # the vehicle
        "서울12바3456",
        "서울 12바 3456",
        "서울 12 바 3456",
        "12바3456",
        "12바 3456",
        unicodedata.normalize("NFD", "서울12바3456"),
        unicodedata.normalize("NFD", "12바 3456"),
        # two at once, in any order
        "1234 홍",
        "홍 1234",
        "3456 ㅎㄱㄷ",
        "ㅎㄱ 1234",
        "홍 010 0000 1234",
        "서울 12바 3456 홍",
        "1234 3456",
        "홍길동 010-0000-1234",
        unicodedata.normalize("NFD", "홍길동 1234"),
        "홍길동 12바3456",
        "1234 12바3456",
    ],
)
def test_finds_the_driver(hong, text):
    assert found(text) == [hong]


@pytest.mark.parametrize(
    "text",
    [
        "010-0000-9999",
        "9999",
        "박",
        "홍길순",
        "동길",
        "ㅂ",
        "ㄷㄱ",
        "서울99바3456",
        "1234 김",
        "5678 홍",
        "02-123-4567",
        "12345",
        "+",
        "-",
        "()",
        "없는 사람",
    ],
)
def test_finds_nobody(hong, text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("*", "?", "[", "]", "%", "_", "\\", "홍*", "홍?동", "홍%", "홍_동", "[홍]", "[가-힣]"),
        *("^홍", "ㅎ*", "*1234", "12?4", "%3456", "__12바3456", "%12바3456", "'", '"'),
        "홍'; --",
    ],
)
def test_letters_that_mean_something_to_the_database_mean_nothing(hong, text):
    assert found(text) == []


@pytest.mark.parametrize("name", ["홍*동", "100%", "a_b", "[x]", "a?b", "back\\slash"])
def test_such_letters_find_who_has_them(make_driver, others, name):
    odd = make_driver(name=name)

    assert found(name) == [odd]
    assert found(name[1:]) == [odd]


def test_a_null_character_is_not_typed(hong):
    """PostgreSQL takes none in a parameter."""
    assert found("홍\x00길동") == [hong]
    assert found("박\x00") == []


def test_small_and_capital_letters_are_the_same(hong, others):
    assert found("JOHN") == found("smith") == found("hns") == [others[2]]


def test_everybody_who_fits_is_found(hong, make_driver):
    """The last four of a phone and of another's vehicle are both meant by 1234."""
    other = make_driver(name="최홍만", vehicle_no="인천78자1234")

    assert set(found("1234")) == set(found("홍")) == {hong, other}
    assert found("최 1234") == [other]


def test_nothing_typed_narrows_nothing(hong):
    assert len(found("   ")) == Driver.objects.count()


def test_each_driver_is_found_once(make_driver):
    """동 begins two tails of this name."""
    driver = make_driver(name="동동")

    assert found("동") == [driver]
    assert search(Driver.objects.all(), "동").count() == 1


def test_a_new_name_is_found_and_the_old_is_not(hong):
    hong.name = "백두산"
    hong.save()

    assert found("백두산") == found("두산") == found("ㅂㄷㅅ") == [hong]
    assert found("홍길동") == found("길동") == found("ㅎㄱㄷ") == []


def test_a_name_cut_to_its_own_end_is_a_new_name(hong):
    hong.name = "길동"
    hong.save()

    assert found("길동") == [hong]
    assert found("홍길동") == found("홍") == found("ㅎㄱ") == []


def test_a_new_phone_and_vehicle_are_found_and_the_old_are_not(hong):
    hong.phone = "+821000008888"
    hong.vehicle_no = "대구90바7777"
    hong.save()

    assert found("8888") == found("010-0000-8888") == found("7777") == [hong]
    assert found("1234") == found("3456") == found("서울12바3456") == []


def test_other_edits_write_no_keys_anew(hong):
    before = set(DriverName.objects.filter(driver=hong).values_list("pk", flat=True))

    hong.company = "새길택시"
    hong.birthdate = date(1980, 3, 5)
    hong.save()

    assert set(DriverName.objects.filter(driver=hong).values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("1234", "last4"),
        ("010-0000-1234", "phone"),
        ("12바3456", "vehicle"),
        ("ㅎㄱㄷ", "initials"),
        ("홍길동", "name"),
    ],
)
def test_the_kind_of_a_term_is_named_for_the_record(term, kind):
    assert kind_of(term) == kind
