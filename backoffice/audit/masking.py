"""One function for each kind of datum, used wherever it is shown."""

import re
import unicodedata

GAP = r"[\s.\-]{0,3}"
SPACE = r"\s{0,5}"  # with an end: between two without one every split of a long gap is tried
# A day or a month of these years: who was born in one of them does not drive before 2038. And a
# day of no year, unless somebody was born on it.
RECENT = rf"""
    (?P<recent>(?<!\d)(?:
        20[2-9]\d(?:
            (?:0[1-9]|1[0-2])(?:[0-3]\d)?
          | (?:{SPACE}[-./_년월]{SPACE}\d{{1,2}}){{1,2}}{SPACE}[월일]?
        )
      | \d{{1,2}}{SPACE}월{SPACE}\d{{1,2}}{SPACE}일(?!{SPACE}생)
    )(?!\d))
"""
# What people write freely and must not leave the house, and three that look like it.
FREE = rf"""
    (?P<case>C-\d{{4}}-\d{{1,6}}(?!\d))
  | (?P<service>(?<!\d)1[568]\d\d-?\d{{4}}(?!\d))
  | (?P<landline>(?<!\d)0(?:2|[3-6]\d|70|50\d)[-).\s]{{1,2}}\d{{3,4}}[-.\s]?\d{{4}}(?!\d))
  | (?P<phone>(?<!\d)(?:\+?82{GAP})?\(?0?(?P<prefix>1[016789])\)?
        (?:{GAP}\d{{3,4}}{GAP}|[/_·]\d{{3,4}}[/_·])(?P<last>\d{{4}})(?!\d))
  | (?P<plate>(?P<head>(?:[가-힣]{{2}}\s?)?\d{{2,3}}\s?[가-힣])
        [\s\-]?\d{{2}}(?P<tail>\d{{2}})(?!\d))
  | (?P<resident>(?<!\d)\d{{6}}-?\d{{7}}(?!\d))
  | (?P<date>(?<!\d)(?:
        (?:19|20)\d{{2}}{SPACE}[-./년]?{SPACE}\d{{1,2}}{SPACE}[-./월]?{SPACE}\d{{1,2}}(?:{SPACE}일)?
      | \d{{2}}{SPACE}[-./년]{SPACE}\d{{1,2}}{SPACE}[-./월]{SPACE}\d{{1,2}}(?:{SPACE}일)?
      | \d{{1,2}}{SPACE}[-./]{SPACE}\d{{1,2}}{SPACE}[-./]{SPACE}(?:19|20)\d{{2}}
      | \d{{1,2}}{SPACE}월{SPACE}\d{{1,2}}{SPACE}일
      | \d{{6}}
      | \d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[1-8]  # and one more of a resident's
    )(?!\d))
    # A mobile number without its 010, which everybody has. An amount may be as long.
  | (?P<eight>(?<!\d)\d{{4}}(?:[ ]?[-.][ ]?|[ ])?(?P<end>\d{{4}})(?!\d|[ ]?원))
"""
LET_PASS = {"recent", "case", "service", "landline"}
PRIVATE = re.compile(FREE, re.VERBOSE | re.IGNORECASE)
PRIVATE_BUT_RECENT = re.compile(f"{RECENT}|{FREE}", re.VERBOSE | re.IGNORECASE)
MOBILE = re.compile(r"01[016789]\d{7,8}")
WRITTEN_MOBILE = re.compile(
    rf"(?<![\w.-])(?:\+?82{GAP})?\(?0?(1[016789])\)?{GAP}\d{{3,4}}{GAP}(\d{{4}})(?![\w-])"
)
PLATE = re.compile(r"(?P<head>[가-힣]*\s?\d{0,3}\s?[가-힣])[\s\-]*\d\d(?P<tail>\d\d)")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def mask_name(name):
    """Keep the first and the last letter: 홍길동 → 홍*동, 홍길 → 홍*."""
    name = _composed(name)
    if len(name) <= 2:
        return f"{name[:1]}*" if len(name) == 2 else "*" * len(name)
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_phone(number):
    """
    Keep the prefix and the last four of a mobile number: 01012345678 → 010-****-5678.

    Of any other only the last four, of a short one nothing; '' stays ''.
    """
    digits = re.sub(r"\D", "", _composed(number))
    if MOBILE.fullmatch(digits):
        return f"{digits[:3]}-****-{digits[-4:]}"
    if len(digits) >= 8:
        return f"****-{digits[-4:]}"
    return "****" if digits else ""


def mask_birthdate(birthdate):
    """A birthdate is what a driver logs in with: nothing of it is shown."""
    return "****-**-**" if birthdate else ""


def mask_vehicle_no(vehicle_no):
    """
    Hide the first two of the last four digits: 서울12바1234 → 서울12바 **34.

    Of what is no Korean plate only the last two letters are kept: B-AB 1234 → *-** **34.
    """
    vehicle_no = _composed(vehicle_no)
    if plate := PLATE.fullmatch(vehicle_no):
        return f"{plate['head']} **{plate['tail']}"
    if len(vehicle_no) < 6 or sum(map(str.isalnum, vehicle_no)) < 4:
        return "*" * len(vehicle_no)
    return re.sub(r"\w", "*", vehicle_no[:-2]) + vehicle_no[-2:]


def mask_mobiles(text):
    """Mask the mobile numbers in ``text`` and leave everything else as it is."""
    return WRITTEN_MOBILE.sub(r"0\1-****-\2", text)


def mask_text(text, *, name="", but_recent=False):
    """
    Mask what people wrote freely, before it leaves the house.

    Mobile numbers, also without the prefix, vehicle numbers, dates, also without the year, six
    digits in a row, which may be a birthdate, and ``name``, however it is spaced and in either
    case. Case numbers, service numbers and landlines stay.

    :param but_recent: days and months since 2020 stay as well, as no driver was born in them, and
        days without a year
    """
    text = unicodedata.normalize("NFKC", text).translate(DASHES)
    text = (PRIVATE_BUT_RECENT if but_recent else PRIVATE).sub(_masked, text)
    if len(letters := letters_of(name)) > 1:
        masked, spaced = mask_name(name), r"\s*".join(map(re.escape, letters))
        text = re.sub(spaced, lambda _found: masked, text, flags=re.IGNORECASE)
    return text


def letters_of(name):
    """Return ``name`` as it is looked for in a text: composed, without spaces, in one case."""
    return "".join(_composed(name).lower().split())


def _composed(text):
    """Return ``text`` with one letter where a person sees one: 홍 can also be typed as three."""
    return unicodedata.normalize("NFKC", text or "").strip()


def _masked(found):
    if found.lastgroup in LET_PASS:
        return found[0]
    if found["phone"]:
        return f"0{found['prefix']}-****-{found['last']}"
    if found["plate"]:
        return f"{found['head']} **{found['tail']}"
    if found["eight"]:
        return f"****-{found['end']}"
    return "****-**-**"
