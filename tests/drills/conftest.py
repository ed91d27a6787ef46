import pytest

from tests.drills.house import House
from tests.processes.product import Product


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    """A migrated database with accounts, that each drill begins with a copy of."""
    with Product(tmp_path_factory.mktemp("furnished")) as product:
        product.migrate()
        desk = product.open_desk()
        desk("furnish")
        desk.child.end()
        yield product


@pytest.fixture
def product(furnished, tmp_path):
    with Product(tmp_path, like=furnished) as product:
        yield product


@pytest.fixture
def make_house(product):
    """The drill's house: make_house(latency=0.1, OUTBOX_LEASE=2)."""

    def make(**details):
        return House(product, **details)

    return make


@pytest.fixture
def figures(record_property):
    """Note what was measured, for the table: figures(lost=0, doubled=0)."""

    def note(**measured):
        for name, value in measured.items():
            record_property(name.replace("_", " "), value)

    return note
