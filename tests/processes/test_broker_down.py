"""Saving works while the broker is away, and the page does not wait for it (drill D5)."""

import socket
import time

import pytest

from tests.processes.browser import Browser
from tests.processes.product import free_port

pytestmark = pytest.mark.long

PATIENCE = 5  # seconds that a page may take


@pytest.fixture(scope="module")
def desk(product):
    product.migrate()
    desk = product.open_desk()
    desk("furnish")
    return desk


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word, as one that hangs does."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


def save_a_birthdate(product, desk, broker, ending):
    """Save through a web server whose broker is ``broker``; return driver, page, seconds."""
    driver = desk("add_driver", phone=f"+82100000{ending}")["pk"]
    port = free_port()
    web = product.start_web(port, CELERY_BROKER_URL=broker)
    try:
        agent = Browser(f"http://127.0.0.1:{port}").sign_in("agent")
        started = time.monotonic()
        page = agent.correct_birthdate(driver, "1980-03-05")
        seconds = time.monotonic() - started
        assert agent.message_states(driver) == ["queued"]
    finally:
        web.end()
    return page, seconds, web


@pytest.mark.parametrize(
    ("broker", "ending"),
    [
        pytest.param("redis://127.0.0.1:1/0", "0001", id="redis"),
        pytest.param("amqp://guest:guest@127.0.0.1:1//", "0002", id="rabbitmq"),
    ],
)
def test_a_birthdate_is_saved_fast_while_nobody_listens(product, desk, broker, ending):
    page, seconds, web = save_a_birthdate(product, desk, broker, ending)

    assert page.status == 200
    assert "생년월일을 변경했습니다" in page.text
    assert seconds < PATIENCE
    assert "The worker could not be woken" in web.words()


@pytest.mark.parametrize(
    ("broker", "ending"),
    [
        pytest.param("redis://127.0.0.1:{port}/0", "0003", id="redis"),
        pytest.param("amqp://guest:guest@127.0.0.1:{port}//", "0004", id="rabbitmq"),
    ],
)
def test_a_birthdate_is_saved_fast_while_the_broker_hangs(
    product, desk, broker, ending, silent_port
):
    page, seconds, _web = save_a_birthdate(product, desk, broker.format(port=silent_port), ending)

    assert page.status == 200
    assert "생년월일을 변경했습니다" in page.text
    assert seconds < PATIENCE
