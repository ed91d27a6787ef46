"""G10: which words look as if they carried a verification code, and which surely do not."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from backoffice.workflow.reasons import carries_code, refuse_code
from backoffice.workflow.transitions import TransitionRefused

CARRY = [
    "인증번호 482913",
    "인증번호는 482913 입니다",
    "인증번호: 4829",
    "인증번호(48291357)",
    "인증번호482913",
    "인증 번호 482913",
    "인증코드 482913",
    "인증 코드=482913",
    "코드 4829",
    "482913 인증번호",
    "482913, 인증번호로 안내",
    "기사님의 인증번호는 0000 입니다.",
    "번호는 482913",
    "인증번호를 다시 안내함 482913",
    "code 482913",
    "Your verification CODE is 482913.",
    "OTP 482913",
    "otp:482913",
    "인증번호 ４８２９１３",
    "인증번호 ①②③④",
    "인증번호 4 8 2 9 1 3",
    "인증번호 4-8-2-9-1-3",
    "인증번호 4.8.2.9",
    "인증번호 482 913",
    "인증번호 482-913",
    "인증번호 사팔이구일삼",
    "인증번호는 공일이삼",
    "사팔이구일삼 인증번호",
    "482913",
    " 4829 ",
    "4 8 2 9",
    "48-29-13",
    "４８２９",
    "10회 불일치, 24시간, 인증번호 482913",
    "1800-3400에서 온 인증번호 482913",
    "2026-03-02 14:05 인증번호 482913",
    "C-2026-000123 인증번호 482913",
    "미수신\n인증번호 482913\n종료",
]
PASS = [
    "",
    "   ",
    "인증번호 미수신",
    "인증번호 10회 불일치, 24시간 이후 재인증",
    "10회",
    "24시간",
    "1800-3400",
    "인증번호 발신 : 1800-3400",
    "1800-3400 수신차단 해제, 인증번호 미수신",
    "18003400에서 인증번호 안 옴",
    "1644-8830으로 인증번호 재문의",
    "인증번호 수신 번호 010-1234-5678",
    "인증번호 01012345678",
    "인증번호 010 1234 5678",
    "번호는 010-1234-5678",
    "02-123-4567로 콜백, 인증번호 미수신",
    "2026-03-02 인증번호 미수신",
    "2026.03.02 인증번호 미수신",
    "2026/3/2 인증번호 미수신",
    "인증번호 미수신, 14:05 재문의",
    "인증번호 미수신 14:05:30",
    "오후 2시 5분에 인증번호 미수신",
    "3월 2일 인증번호 미수신",
    "C-2026-000123 건과 같은 인증번호 문의",
    "c-2026-1 인증번호",
    "서울12바3456",
    "서울12바3456 차량 배차 문의",
    "50000원 결제 문의",
    "50,000원",
    "인증번호 문의 중 5,000원 결제도 문의",
    "1~4번 확인, 인증번호 미수신",
    "네 가지(1, 2, 3, 4) 확인, 인증번호 미수신",
    "인증번호 3회 요청",
    "482913 안내",  # nothing says that it is a code
    "482 인증번호",  # three digits
    "인증번호 482913482",  # nine
    "이 일은 사장님이 구두로 인증번호와 무관하다고 함",
    "오늘 일이 많아 인증번호 확인 못 함",
]


@pytest.mark.parametrize("text", CARRY)
def test_guard_g10_words_that_carry_a_code(text):
    assert carries_code(text)
    with pytest.raises(TransitionRefused):
        refuse_code(text)


@pytest.mark.parametrize("text", PASS)
def test_guard_g10_words_that_carry_none(text):
    assert not carries_code(text)
    refuse_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "인증번호\n482913",
        "인증번호:\r\n482913",
        "인증번호 사 팔 이 구 일 삼",
        "인증번호 사팔이 구일삼",
        "인증번호 482 - 913",
        "인증번호 482, 913",
        "인증번호 4, 8, 2, 9, 1, 3",
        "인증번호 4  8  2  9  1  3",
    ],
)
def test_guard_g10_a_code_as_people_write_it_too(text):
    assert carries_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "서울12바3456 기사님 인증번호 미수신",
        "차량번호는 서울12바3456",
        "2026년 3월 2일 인증번호 미수신",
        "2026. 3. 2. 인증번호 미수신",
        "인증번호 수신 번호 010.1234.5678",
        "인증번호 수신 번호 +82 10-1234-5678",
        "앱 버전 3.12.0, 인증번호 미수신",
    ],
)
def test_guard_g10_a_note_as_people_write_it_passes(text):
    assert not carries_code(text)


@pytest.mark.parametrize("text", [None, "", "\x00", "\ud800", "인증번호 \ud800", "️⃣" * 50])
def test_nothing_that_can_be_typed_is_a_crash(text):
    carries_code(text)


quick = at_most(max_examples=150, deadline=None, database=None)


@quick
@given(st.text())
@example("인증번호" * 500)
@example("인증" + " " * 5000 + "1 " * 5000)
@example("일이삼사" * 2000)
def test_any_text_is_answered(text):
    assert carries_code(text) in {True, False}


@quick
@given(st.text(alphabet="0123456789", min_size=4, max_size=8), st.sampled_from(["", " ", ": "]))
def test_any_code_beside_the_word_is_seen(code, between):
    is_service_number = len(code) == 8 and code[0] == "1" and code[1] in "568"

    assert carries_code(f"인증번호{between}{code}") or is_service_number
    assert carries_code(f"{code}{between}인증번호") or is_service_number


@quick
@given(st.integers(0, 30_000), st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d"]))
def test_any_date_passes(days, form):
    day = date(1940, 1, 1) + timedelta(days=days)

    assert not carries_code(f"{day.strftime(form)} 인증번호 미수신")


@quick
@given(st.integers(0, 10**8 - 1), st.sampled_from(["-", " ", ""]))
def test_any_phone_number_passes(number, between):
    digits = f"{number:08d}"

    assert not carries_code(f"인증번호 010{between}{digits[:4]}{between}{digits[4:]}")


def test_a_long_note_is_read_quickly():
    """As long as a form may be, and made to be slow."""
    began = time.perf_counter()
    for text in ("1 " * 20_000, "인증 " * 20_000, "영" * 20_000, "번호는 123 " * 20_000):
        carries_code(text)

    assert time.perf_counter() - began < 5
