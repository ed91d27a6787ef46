"""One function for each kind of datum, used wherever it is shown."""


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
