import re
import unicodedata

from django.conf import settings
from django.utils.translation import gettext as _

from .refusal import TransitionRefused

# What has digits and is no code.
HARMLESS = re.compile(
    r"""
    (?<!\d)(?:
        (?:\+?82[-. ]?)?\(?0?1[016789]\)?[-. ]?\d{3,4}[-. ]?\d{4}  # mobile numbers
      | 0\d{1,2}[- ]?\d{3,4}[- ]?\d{4}  # others
      | 1[568]\d\d-\d{4}  # service numbers
      | (?:19|20)\d{2}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}\s?[.일]?  # dates
      | \d{1,2}:\d{2}(?::\d{2})?  # times
      | \d{2,3}[가-힣]\s?\d{4}  # vehicle numbers
      | (?<!\.)\d{1,2}\.\d{1,2}\.\d{1,2}(?![.\d])  # versions
      | \d{1,3}(?:,\d{3})+(?=\s?원) | \d+(?=\s?원)  # amounts
      | 1,\s?2(?:,\s?3(?:,\s?4)?)?(?![,\d])  # the four checks
    )(?!\d)
    | c-\d{4}-\d{1,6}(?!\d)
    """,
    re.VERBOSE,
)
WORD = r"(?:인증\s*번호|인증\s*코드|코드|번호는|\botp\b|\bcode\b)"
DIGITS = (
    r"(?:(?<!\d)\d(?:[ .,\-]{0,3}\d){3,7}(?!\d)"
    r"|[영공일이삼사오육륙칠팔구](?:\s?[영공일이삼사오육륙칠팔구]){3,7})"
)
NEAR = r"[\s\S]{0,20}?"
CODE_NEAR_WORD = re.compile(f"{WORD}{NEAR}{DIGITS}|{DIGITS}{NEAR}{WORD}", re.IGNORECASE)
NOTHING_ELSE = re.compile(r"\s*\d(?:[ .,\-]{0,3}\d){3,7}\s*")


def refuse_empty_reason(reason):
    """:raises TransitionRefused: nothing was written where a reason is asked for, or a code"""
    if not (reason or "").strip():
        raise TransitionRefused(_("Say why; the reason goes into the history."))
    refuse_code(reason)


def refuse_code(text):
    """:raises TransitionRefused: the text looks as if it carried a verification code (G10)"""
    if "\0" in (text or ""):
        raise TransitionRefused(_("This holds a character that cannot be kept. Type it anew."))
    if carries_code(text):
        raise TransitionRefused(
            _("This looks like a verification code. Codes are never written down; take it out.")
        )


def carries_code(text):
    """Return whether ``text`` holds 4 to 8 digits that look like a verification code."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    for ours in (settings.CENTRE_PHONE, settings.CODE_SENDER_PHONE):
        plain = plain.replace(ours.replace("-", ""), " ")
    plain = HARMLESS.sub(" ", plain)
    return bool(NOTHING_ELSE.fullmatch(plain) or CODE_NEAR_WORD.search(plain))
