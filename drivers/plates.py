"""Vehicle numbers: as people type them, as they are found, as they are compared."""

import re

from backoffice.audit.masking import DASHES

from .names import name_key

REGIONS = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
GAP = r"[\s.\-]*"
TYPED = rf"(?:(?:{REGIONS}){GAP})?\d{{2,3}}{GAP}[가-힣]{GAP}\d{{4}}"
PLATE = re.compile(rf"(?P<region>{REGIONS})?(?P<number>\d{{2,3}}[가-힣]\d{{4}})")


def plate_key(vehicle_no):
    """Return ``vehicle_no`` as it is searched: as a name is, and without dots and dashes."""
    return re.sub(r"[.\-]", "", name_key(vehicle_no).translate(DASHES))


def read_plate(vehicle_no):
    """Return a match with the ``region``, if any, and the ``number``; None for no Korean plate."""
    return PLATE.fullmatch(plate_key(vehicle_no))
