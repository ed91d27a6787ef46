"""What a Korean network can carry, counted as it counts."""

import unicodedata

import pytest

from backoffice.sms.rendering import UnfilledVariable, fill, measure, normalise, variables


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("기사\u00a0님", "기사 님"),
        ("기사님\r\n안녕하세요", "기사님\n안녕하세요"),
        (unicodedata.normalize("NFD", "생년월일"), "생년월일"),
        ("생년\u200b월일", "생년월일"),
        ("\ufeff생년월일", "생년월일"),
        ("생년월일  \n변경 \u00a0", "생년월일\n변경"),
        ("생년월일\u2028변경", "생년월일\n변경"),
        ("\n생년월일\n\n변경\n\n", "생년월일\n\n변경"),
        ("생년월일\r변경", "생년월일\n변경"),
    ],
    ids="nbsp crlf nfd zwsp bom blanks line-separator empty-lines lone-cr".split(),
)
def test_normalises_what_is_pasted_from_a_page(typed, sent):
    assert normalise(typed) == sent


def test_normalising_twice_changes_nothing():
    once = normalise("기사\u00a0님 \r\n\u200b생년월일\ufeff  \n")

    assert normalise(once) == once


@pytest.mark.parametrize("syllable", ["뷁", "똠", "펲", "햏", "가"])
def test_a_syllable_is_two_bytes_also_outside_ks_x_1001(syllable):
    assert measure(syllable).bytes == 2
    assert measure(syllable).foreign == ()


@pytest.mark.parametrize("character", list("▶※→≠①·…☎￦"))
def test_the_manuals_signs_can_be_carried(character):
    assert measure(character).foreign == ()
    assert measure(character).bytes == 2


@pytest.mark.parametrize("character", list("—₩é•🚕"))
def test_names_what_the_network_does_not_have(character):
    size = measure(f"기사님{character}기사님{character}")

    assert size.foreign == (character,)
    assert not size.fits


def test_counts_a_foreign_character_as_two_bytes():
    assert measure("a—b").bytes == 4


@pytest.mark.parametrize(
    ("text", "kind"),
    [("가" * 45, "SMS"), ("가" * 45 + "a", "LMS"), ("a" * 90, "SMS"), ("", "SMS")],
)
def test_ninety_bytes_are_the_last_of_an_sms(text, kind):
    assert measure(text).kind == kind


@pytest.mark.parametrize(("text", "fits"), [("가" * 1000, True), ("가" * 1000 + "a", False)])
def test_two_thousand_bytes_are_the_last_of_an_lms(text, fits):
    assert measure(text).fits == fits


def test_counts_after_the_variables_are_filled():
    filled = fill("문의 #{센터번호}", {"센터번호": "1644-8830"})

    assert filled == "문의 1644-8830"
    assert measure(filled).bytes == 14


def test_fills_a_variable_wherever_it_stands():
    assert fill("#{a}-#{ a }-#{a}", {"a": "1"}) == "1-1-1"


def test_a_value_is_not_read_as_a_template():
    assert fill("#{a}", {"a": "#{b}", "b": "2"}) == "#{b}"


@pytest.mark.parametrize("value", ["", "  ", None])
def test_refuses_and_names_an_empty_variable(value):
    with pytest.raises(UnfilledVariable) as refused:
        fill("#{앱링크} #{센터번호}", {"앱링크": value, "센터번호": "1644-8830"})

    assert refused.value.names == ["앱링크"]


def test_refuses_and_names_every_unknown_variable_once():
    with pytest.raises(UnfilledVariable) as refused:
        fill("#{이름} #{차량} #{이름} #{}", {})

    assert refused.value.names == ["이름", "차량", ""]


def test_a_variable_typed_in_loose_letters_is_the_same_variable():
    """Text pasted on a Mac arrives decomposed; it looks the same to its author."""
    loose = unicodedata.normalize("NFD", "문의 #{센터번호}")

    assert fill(loose, {"센터번호": "1644-8830"}) == "문의 1644-8830"


def test_lists_variables_in_the_order_of_the_text():
    assert variables("#{b} #{a} #{b} {c} #d") == ["b", "a"]
