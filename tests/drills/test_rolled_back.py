"""What a transaction takes back was never intended, so it is not sent (drill D21)."""

import pytest

pytestmark = pytest.mark.long

ACTS = 5


def test_a_rolled_back_correction_sends_nothing_and_a_committed_one_does(make_house, figures):
    house = make_house()
    house.start_workers(1)
    drivers = [house.desk("add_driver", phone=house.phone())["pk"] for _ in range(ACTS)]

    kept = [house.desk("roll_back", driver=driver, birthdate="1980-03-05") for driver in drivers]

    assert kept == ["1980-05-03"] * ACTS
    committed = house.correct()
    house.wait_until_taken(1)
    figures(rolled_back=ACTS, sent_for_them=house.taken_in_all() - 1)
    assert house.taken() == {committed["reference"]: 1}
    assert house.come_to_rest() == {"accepted": 1}
