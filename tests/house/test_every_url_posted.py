"""Every URL of the site, posted to by hand as everybody: who changes something is in the table."""

import pytest

from tests.house.people import ACTS, ALL

pytestmark = pytest.mark.long


@pytest.mark.parametrize("who", ["nobody", *ALL])
def test_who_changes_something(who, everywhere):
    found = everywhere(who, "post")

    acts = {name for name, (_answer, tables, _noted) in found.items() if tables}
    assert acts == {name for name, people in ACTS.items() if who in people}
    refused = [noted for answer, _tables, noted in found.values() if answer.status_code == 403]
    assert all(noted == ["refused"] for noted in refused)
