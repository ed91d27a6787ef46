import pytest

from tests.processes.product import Product


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """A product of this file's own: a folder and an empty database, nothing running yet."""
    with Product(tmp_path_factory.mktemp("product")) as product:
        yield product
