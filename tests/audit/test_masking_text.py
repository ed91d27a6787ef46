"""What people wrote freely leaves the house without numbers, dates and the driver's name."""

import re
import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from backoffice.audit.masking import mask_text

many = at_most(max_examples=300, deadline=None, database=None, print_blob=True)

WORDS = st.text("가나다 홍길동 abcC년월일,.:;/()[]~!?\n_*#@", max_size=12)
NUMBERS = st.text("0123456789", min_size=8, max_size=8)
GAPS = st.sampled_from(["", "-", ".", " "])
CENTRES = ["1800-3400", "1644-8830", "18003400", "16448830"]


@st.composite
def mobiles(draw):
    """Of the networks 010 to 019, with seven or eight digits after."""
    prefix, tail = draw(st.sampled_from("016789")), draw(NUMBERS)
    middle = tail[:4] if prefix == "0" else draw(st.sampled_from([tail[:4], tail[:3]]))
    return f"01{prefix}{draw(GAPS)}{middle}{draw(GAPS)}{tail[4:]}"


@st.composite
def written_dates(draw):
    day = draw(st.dates(date(1920, 1, 1), date(2029, 12, 31)))
    pattern = draw(
        st.sampled_from(
            [
                "{0:%Y-%m-%d}",
                "{0:%Y.%m.%d}",
                "{0:%Y/%m/%d}",
                "{0:%Y %m %d}",
                "{0:%Y%m%d}",
                "{0:%y%m%d}",
                "{0.year}-{0.month}-{0.day}",
                "{0.year}. {0.month}. {0.day}.",
                "{0.year}년 {0.month}월 {0.day}일",
                "{0.year}년{0.month}월{0.day}일",
            ]
        )
    )
    return pattern.format(day)


def digits(text):
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


@many
@given(before=WORDS, mobile=mobiles(), after=WORDS)
def test_no_mobile_number_is_left(before, mobile, after):
    masked = mask_text(before + mobile + after)

    assert mobile not in masked
    assert digits(masked) == digits(mobile)[:3] + digits(mobile)[-4:]


@many
@given(before=WORDS, written=written_dates(), after=WORDS)
def test_no_date_is_left(before, written, after):
    masked = mask_text(before + written + after)

    assert digits(masked) == ""


@many
@given(texts=st.lists(st.one_of(mobiles(), written_dates()), min_size=2))
def test_one_beside_the_other_hides_neither(texts):
    masked = mask_text(" / ".join(texts))

    assert not any(each in masked for each in texts)
    assert len(digits(masked)) <= 7 * len(texts)


@many
@given(
    before=WORDS,
    kept=st.one_of(st.integers(0, 189_999).map("C-2026-{:06}".format), st.sampled_from(CENTRES)),
    after=WORDS,
)
def test_the_numbers_of_cases_and_of_the_centre_are_kept(before, kept, after):
    assert mask_text(before + kept + after) == before + kept + after


@pytest.mark.parametrize("number", ["C-2026-190000", "C-2026-200103", "C-2026-209999"])
def test_the_number_of_a_case_late_in_a_busy_year_is_kept(number):
    assert mask_text(number) == number


@many
@given(text=st.text("가나다라마 abc,.!?\n"))
def test_words_alone_stay_as_they_are(text):
    assert mask_text(text) == text


@many
@given(before=WORDS, name=st.text("김이박최홍길동순희준남궁", min_size=2, max_size=5), after=WORDS)
def test_no_full_name_is_left(before, name, after):
    assert name not in mask_text(before + name + after, name=name)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("", ""),
        ("홍길동 기사님 010-1234-5678", "홍*동 기사님 010-****-5678"),
        ("홍길동홍길동", "홍*동홍*동"),
        ("011-234-5678로 변경", "011-****-5678로 변경"),
        ("1980-05-03 → 1980-03-05", "****-**-** → ****-**-**"),
        ("800503에서 800305로", "****-**-**에서 ****-**-**로"),
        ("C-2026-001234, 1800-3400", "C-2026-001234, 1800-3400"),
        ("10회 이상, 24시간 이후", "10회 이상, 24시간 이후"),
    ],
)
def test_examples(text, masked):
    assert mask_text(text, name="홍길동") == masked


def test_without_a_name_nothing_is_taken_for_one():
    assert mask_text("홍길동 기사") == "홍길동 기사"


@pytest.mark.parametrize(
    "written",
    [
        "+82 10-1234-5678",
        "+821012345678",
        "82-10-1234-5678",
        "1012345678",
        "０１０-１２３４-５６７８",
        "010–1234–5678",
        "(010)1234-5678",
        "010 - 1234 - 5678",
        "010/1234/5678",
        "010_1234_5678",
        "010·1234·5678",
    ],
)
def test_whatever_is_read_as_a_mobile_number_is_masked(written):
    assert "5678" not in digits(mask_text(written))[:-4]
    assert "1234" not in digits(mask_text(written))


@pytest.mark.parametrize(
    "written",
    [
        *("80.05.03", "80-5-3", "80/05/03", "80년 5월 3일", "1980 - 5 - 3", "1980 년 5 월 3 일"),
        *("5월 3일", "5월3일생", "12 월 31 일", "05/03/1980", "5.3.1980", "8005031"),
        unicodedata.normalize("NFD", "5월 3일"),
    ],
)
def test_whatever_is_read_as_a_birthdate_is_masked(written):
    assert digits(mask_text(written)) == ""


@pytest.mark.parametrize("written", ["9876-5432", "9876 5432", "9876.5432", "98765432"])
def test_a_mobile_number_without_the_prefix_that_everybody_has_is_masked(written):
    assert mask_text(f"{written}로 변경") == "****-5432로 변경"


def test_a_plate_is_masked_with_a_dash_as_well():
    assert mask_text("서울12바-3456") == mask_text("서울12바3456") == "서울12바 **56"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "10:30 통화, 3,000원",
            "12000000원",
            "1000-2000원",
            "1500000건",
            "10회, 24시간",
            "3일 이내",
        ),
        *("5월 정산", "1588-1234", "02-1234-5678로 회신", "031)123-4567", "070-1234-5678"),
        *("1234 → 5678", "iOS 17.4", "3/4 완료", "12.5% 인상"),
    ],
)
def test_what_makes_a_note_useful_stays(text):
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("홍 길동", "홍길동"),
        (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
        ("홍길동", unicodedata.normalize("NFD", "홍길동")),
        ("JOHN SMITH", "John Smith"),
        ("John Smith", "JOHNSMITH"),
        ("a\\b", "A\\B"),
    ],
)
def test_a_name_is_known_however_it_is_recorded_and_written(name, written):
    masked = mask_text(f"{written} 기사", name=name)

    assert "*" in masked
    assert unicodedata.normalize("NFKC", written) not in masked


@pytest.mark.parametrize(
    "unit",
    ["1980", "80년", "5월", "010", "010 / ", "1234-", "02 ", "홍 길", "서울12바", "C-2026-"],
)
@pytest.mark.parametrize("gap", ["", " ", " " * 20_000])
def test_a_long_text_takes_no_longer_for_being_odd(unit, gap):
    text = (unit + gap) * (40_000 // len(unit + gap)) + "x"
    began = time.process_time()

    mask_text(text, name="홍길동", but_recent=True)

    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["생년월일-800503", "홍길동-800503", "800503-1234567"])
def test_a_birthdate_after_a_hyphen_and_a_resident_number_are_masked(text):
    assert digits(mask_text(text)) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-24 점검", "2026.11.24.", "20261124", "drivers_20261124.xlsx", "202611 정산"),
        *("2026년 10월 정산", "2026-10 정산", "2026년 1월 3일", "2031. 1. 3."),
        *("11월 1일~11월 30일 정산", "기사 명단 11월24일.xlsx"),
    ],
)
def test_a_day_of_these_years_may_stay(text):
    """No driver was born then, or of no year; a reason and the name of a file say such a day."""
    assert mask_text(text, but_recent=True) == text
    assert mask_text(text) != text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("2019-12-31", "****-**-**"),
        ("800503, 2026-11", "****-**-**, 2026-11"),
        ("11월 24일, 5월 3일생", "11월 24일, ****-**-**생"),
        ("80년 5월 3일", "****-**-**"),
        ("010-2026-1124", "010-****-1124"),
        ("01020261124", "010-****-1124"),
        ("2026-11 010-1234-5678", "2026-11 010-****-5678"),
        ("12바2026", "12바 **26"),
        ("홍길동 2026-11-24", "홍*동 2026-11-24"),
    ],
)
def test_with_them_nothing_else_stays(text, masked):
    assert mask_text(text, name="홍길동", but_recent=True) == masked


@many
@given(texts=st.lists(st.one_of(mobiles(), written_dates()), min_size=1))
def test_nor_does_a_number_beside_them(texts):
    masked = mask_text(" / ".join(texts), but_recent=True)

    assert not [each for each in texts if each in masked and not each.startswith("202")]
