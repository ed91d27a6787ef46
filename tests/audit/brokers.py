"""Everything that lies in the broker of the run, as text: in Redis, RabbitMQ, or the spool."""

import base64
import json
from pathlib import Path

from celery import current_app
from django.conf import settings

READERS = {
    b"list": lambda client, key: client.lrange(key, 0, -1),
    b"set": lambda client, key: client.smembers(key),
    b"zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
    b"hash": lambda client, key: client.hgetall(key),
    b"string": lambda client, key: [client.get(key)],
}


def what_lies_there():
    """Return every word that the broker holds, what is packed inside of it unpacked."""
    with current_app.connection_for_write() as connection:
        held = _reader(connection.transport.driver_type)(connection)
        return "\n".join(each for word in held for each in _unpacked(word))


def empty():
    """Take down what the bells of a test left."""
    with current_app.connection_for_write() as connection:
        connection.default_channel.queue_purge(settings.CELERY_TASK_DEFAULT_QUEUE)


def _reader(kind):
    return {"redis": _of_redis, "filesystem": _of_spool}.get(kind, _of_queue)


def _of_redis(connection):
    """Every key of the database, whosever it is."""
    client = connection.default_channel.client
    for key in client.keys():
        yield from (key.decode(), str(key))
        for value in READERS[client.type(key)](client, key):
            yield from map(_text, value if isinstance(value, tuple) else [value])


def _of_spool(connection):
    """Every file of the folders, by its name and by what is in it."""
    options = connection.transport_options
    for folder in {options["data_folder_in"], options["control_folder"]}:
        for path in sorted(Path(folder).rglob("*")):
            yield path.name
            if path.is_file():
                yield path.read_text()


def _of_queue(connection):
    """Every message of the queue; unanswered, they go back when the connection ends."""
    channel = connection.default_channel
    while message := channel.basic_get(settings.CELERY_TASK_DEFAULT_QUEUE):
        yield _text(message.body)
        yield json.dumps([message.headers, message.properties], default=str)


def _text(value):
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _unpacked(word):
    """Yield ``word``, and the JSON that it is, with its body, as a person would read them."""
    yield word
    try:
        inner = json.loads(word)
    except ValueError:
        return
    yield json.dumps(inner, ensure_ascii=False)
    for each in inner if isinstance(inner, list) else [inner]:
        if isinstance(each, dict) and isinstance(each.get("body"), str):
            yield from _unpacked(base64.b64decode(each["body"]).decode())
