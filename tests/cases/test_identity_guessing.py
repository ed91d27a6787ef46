"""The identity check is no way around the limit of comparisons."""

from cases.models import IdentityCheck

RIGHT = "1980-05-03"
DAYS = [f"1980-05-{day}" for day in range(10, 22)]
KNOWN = {"name": "홍길동", "vehicle_no": "서울12바3456"}


def told():
    """Whether a check has told what is on record."""
    return IdentityCheck.objects.filter(items__birthdate=True).exists()


def test_a_birthdate_is_not_guessed_within_a_case(make_case, agent, on_page):
    case = make_case("start")
    for day in [*DAYS[:3], RIGHT]:
        on_page(agent, case, "identity", birthdate=day)

    assert case.identity_checks.count() == 3
    assert not told()


def test_a_birthdate_is_not_guessed_beside_items_that_match(make_case, agent, on_page):
    """Name and vehicle number are enough, so the check is verified and never fails."""
    case = make_case("start")
    for day in [*DAYS, RIGHT]:
        on_page(agent, case, "identity", **KNOWN, birthdate=day)

    assert not told()


def test_a_birthdate_is_not_guessed_from_case_to_case(make_case, driver, agent, on_page):
    for place, day in enumerate([*DAYS, RIGHT]):
        if place % 3 == 0:
            case = make_case("start", driver=driver)
        on_page(agent, case, "identity", birthdate=day)

    assert not told()
