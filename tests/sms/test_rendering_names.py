import pytest

from backoffice.sms.rendering import UnfilledVariable, fill, name_of


@pytest.mark.parametrize(
    ("character", "named"), [("🚕", "🚕"), ("—", "—"), ("\u200d", "U+200D"), ("\u3000", "U+3000")]
)
def test_names_a_character_that_nobody_sees_by_its_number(character, named):
    assert name_of(character) == named


@pytest.mark.parametrize("text", ["#{앱링크", "문의 #{센터번호 바랍니다", "#{가#{앱링크}"])
def test_a_variable_that_is_not_closed_is_refused(text):
    with pytest.raises(UnfilledVariable):
        fill(text, {"앱링크": "x", "센터번호": "y"})
