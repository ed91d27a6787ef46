"""One function for each kind of datum, used wherever it is shown."""

import re
import unicodedata

GAP = r"[\s.\-]{0,3}"
# What people write freely and must not leave the house; the first two are let pass.
FREE = re.compile(
    rf"""
    (?P<case>C-\d{{4}}-\d{{1,6}}(?!\d))
  | (?P<service>(?<!\d)1[568]\d\d-?\d{{4}}(?!\d))
  | (?P<phone>(?<!\d)(?:\+?82{GAP})?\(?0?(?P<prefix>1[016789])\)?
        {GAP}\d{{3,4}}{GAP}(?P<last>\d{{4}})(?!\d))
  | (?P<plate>(?P<head>(?:[가-힣]{{2}}\s?)?\d{{2,3}}\s?[가-힣])\s?\d{{2}}(?P<tail>\d{{2}})(?!\d))
  | (?P<resident>(?<!\d)\d{{6}}-?\d{{7}}(?!\d))
  | (?P<date>(?<!\d)(?:
        (?:19|20)\d{{2}}\s*[-./년]?\s*\d{{1,2}}\s*[-./월]?\s*\d{{1,2}}(?:\s*일)?
      | \d{{2}}\s*[-./년]\s*\d{{1,2}}\s*[-./월]\s*\d{{1,2}}(?:\s*일)?
      | \d{{6}}
    )(?!\d))
    """,
    re.VERBOSE | re.IGNORECASE,
)
DASHES = str.maketrans("–—−‐‑", "-----")


def mask_name(name):
    """Keep the first and the last letter: 홍길동 → 홍*동, 홍길 → 홍*."""
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_phone(digits):
    """Keep the prefix and the last four: 01012345678 → 010-****-5678; '' stays ''."""
    return f"{digits[:3]}-****-{digits[-4:]}" if digits else ""


def mask_birthdate(birthdate):
    """A birthdate is what a driver logs in with: nothing of it is shown."""
    return "****-**-**" if birthdate else ""


def mask_vehicle_no(vehicle_no):
    """Hide the first two of the last four digits: 서울12바1234 → 서울12바 **34."""
    return f"{vehicle_no[:-4]} **{vehicle_no[-2:]}" if len(vehicle_no) >= 4 else vehicle_no


def mask_text(text, *, name=""):
    """
    Mask what people wrote freely, before it leaves the house.

    Mobile numbers, vehicle numbers, dates, six digits in a row, which may be a birthdate,
    and ``name``, also spaced. Case numbers and service numbers stay.
    """
    text = unicodedata.normalize("NFKC", text).translate(DASHES)
    text = FREE.sub(_masked, text)
    if len(name) > 1:
        spaced = r"\s*".join(map(re.escape, name))
        text = re.sub(spaced, mask_name(name), text)
    return text


def _masked(found):
    if found["case"] or found["service"]:
        return found[0]
    if found["phone"]:
        return f"0{found['prefix']}-****-{found['last']}"
    if found["plate"]:
        return f"{found['head']} **{found['tail']}"
    return "****-**-**"
