"""The embedded broker: whole messages, oldest first, nothing left lying about."""

import json
import os
import threading

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from backoffice.outbox.spool import Transport

WRITERS, MESSAGES = 4, 40
LONG = "기사" * 50_000


@pytest.fixture
def spool(tmp_path):
    """Open a connection to a broker of this test's own: spool() as often as needed."""
    opened = []
    for folder in ("messages", "control"):
        (tmp_path / folder).mkdir()

    def connect():
        connection = Connection(
            "filesystem://",
            transport_options={
                "data_folder_in": str(tmp_path / "messages"),
                "data_folder_out": str(tmp_path / "messages"),
                "control_folder": str(tmp_path / "control"),
            },
        )
        connection.test_queue = queue_of(tmp_path)
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "messages"


def queue_of(tmp_path):
    # kombu remembers for the whole process which queues it declared, so each test has its own.
    return tmp_path.name.replace("_", "-")


def put(connection, *bodies):
    queue = connection.SimpleQueue(connection.test_queue)
    for body in bodies:
        queue.put(body)
    queue.close()


def take(connection):
    queue = connection.SimpleQueue(connection.test_queue)
    message = queue.get(timeout=5)
    message.ack()
    queue.close()
    return message.payload


def test_the_product_uses_this_spool(spool):
    assert type(spool().transport) is Transport


def test_no_reader_ever_sees_half_a_message(spool, folder):
    put(spool(), "first")  # the exchange exists from here on
    halves, is_over = [], threading.Event()

    def write(connection):
        put(connection, *[LONG] * MESSAGES)

    def read():
        seen = set()
        while not is_over.is_set():
            for path in set(folder.glob("*.msg")) - seen:
                try:
                    json.loads(path.read_text())
                    seen.add(path)
                except ValueError:
                    halves.append(path.name)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=[spool()]) for _ in range(WRITERS)]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    is_over.set()
    reader.join()

    assert halves == []
    assert len(list(folder.glob("*.msg"))) == 1 + WRITERS * MESSAGES
    assert [each.name for each in folder.iterdir() if each.name.endswith(".tmp")] == []


def test_a_message_has_no_name_before_it_is_whole(spool, folder, monkeypatch):
    seen = []

    def look(aside, final):
        seen.append((list(folder.glob("*.msg")), json.loads(aside.read_text())["body"] != ""))
        rename(aside, final)

    rename = os.replace
    monkeypatch.setattr("backoffice.outbox.spool.os.replace", look)

    put(spool(), LONG)

    assert seen == [([], True)]


def test_first_in_first_out_by_name(spool, folder):
    put(spool(), "하나", "둘")
    put(spool(), "셋")

    names = sorted(each.name for each in folder.glob("*.msg"))
    taken = [take(spool()) for _ in range(3)]

    assert len(names) == 3
    assert taken == ["하나", "둘", "셋"]
    assert list(folder.iterdir()) == []


def test_a_disk_that_refuses_is_said_and_leaves_nothing(spool, folder, monkeypatch):
    def refuse(aside, final):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backoffice.outbox.spool.os.replace", refuse)

    with pytest.raises(ChannelError):
        put(spool(), "하나")

    assert list(folder.iterdir()) == []


def test_a_table_of_queues_that_was_cut_short_is_written_anew(spool, tmp_path):
    """kombu opens the table, then fills it: a process killed in between leaves it empty."""
    (tmp_path / "control" / f"{queue_of(tmp_path)}.exchange").touch()

    put(spool(), "하나")

    assert take(spool()) == "하나"
