"""
The embedded broker: kombu's filesystem transport with whole files only.

kombu opens a message under its final name and then writes it, so a worker can
read half a message and die of it (JSONDecodeError; measured with several
senders). Here a message is written aside and renamed, which is atomic.
"""

import os
import time
import uuid
from pathlib import Path

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):
        folder = Path(self.data_folder_out)
        # Names sort by age, also across a reboot, because the worker takes the first.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        aside = folder / f".{name}.tmp"
        try:
            aside.write_text(dumps(payload))
            os.replace(aside, folder / name)
        except OSError as failure:
            aside.unlink(missing_ok=True)
            raise ChannelError(f"Cannot write to {folder}: {failure}") from failure

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        # kombu opens this table and then fills it: killed in between it leaves an empty one.
        table = self._exchange_file(exchange)
        if table.exists() and not table.stat().st_size:
            table.unlink(missing_ok=True)
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    Channel = Channel
