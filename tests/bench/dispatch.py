"""
Messages per second: the drain, beside a bare aiohttp client, in one run.

    DATABASE_URL=postgresql://… python -m tests.bench.dispatch [--seconds 5]

Makes a database of its own beside the one named and drops it again. The gateway is a
process of its own that answers after 50 ms.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

HERE = Path(__file__).parent
LATENCY = 0.05  # seconds


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def bare(port, width, count):
    """Send ``count`` texts with ``width`` at once and nothing else; return them a second."""
    import aiohttp

    body = {
        "reference": str(uuid.uuid4()),
        "to": "01000001234",
        "sender": "16448830",
        "kind": "LMS",
        "subject": "s",
        "body": "가" * 150,
    }
    slots = asyncio.Semaphore(width)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send():
            async with (
                slots,
                session.post(f"http://127.0.0.1:{port}/messages", json=body) as response,
            ):
                await response.json()

        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(count)))
        return count / (time.perf_counter() - began)


def queue_up(driver, template, count):
    from backoffice.sms.models import Message

    subject, body, size = template.render()
    Message.objects.bulk_create(
        [
            Message(
                driver=driver,
                template=template,
                template_version=template.version,
                to="01000001234",
                kind=size.kind,
                subject=subject,
                body=body,
                bytes=size.bytes,
                intent=f"bench:{uuid.uuid4()}",
            )
            for _ in range(count)
        ],
        batch_size=1000,
    )


def drained(width, count, driver, template):
    from django.conf import settings

    from backoffice.outbox.dispatch import dispatch_due
    from backoffice.sms.models import Message

    settings.OUTBOX_IN_FLIGHT = width
    queue_up(driver, template, count)
    began = time.perf_counter()
    dispatch_due(seconds=600)
    took = time.perf_counter() - began
    accepted = Message.objects.filter(state="accepted").count()
    if accepted != count:
        raise SystemExit(f"{accepted} of {count} accepted.")
    Message.objects.all().delete()
    return count / took


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--seconds", type=float, default=4, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    port = free_port()
    gateway = subprocess.Popen(
        [sys.executable, str(HERE / "slow_gateway.py"), str(port), str(LATENCY)]
    )
    os.environ["SMS_URL"] = f"demo://127.0.0.1:{port}?key=a2V5"
    import django

    sys.setswitchinterval(0.0005)
    django.setup()
    from django.db import connection
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _wait_for(port)
        from backoffice.sms.models import Template
        from drivers.models import Driver

        driver = Driver.objects.create(
            name="홍길동", phone="+821000001234", birthdate="1980-05-03", service_type="일반"
        )
        template = Template.objects.get(key="birthdate_changed")
        rows = []
        for width in (50, 100, 200):
            count = int(width / LATENCY * options.seconds)
            for _round in range(options.rounds):
                plain = asyncio.run(bare(port, width, count))
                ours = drained(width, count, driver, template)
                rows.append((width, plain, ours))
        _print(connection.vendor, rows)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
        gateway.terminate()
    _ = get_runner, json


def _wait_for(port):
    for _try in range(100):
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        except URLError as failure:
            if hasattr(failure, "code"):
                return
            time.sleep(0.1)


def _print(vendor, rows):
    print(f"messages a second on {vendor}; gateway answers after {LATENCY * 1000:.0f} ms")
    print("in flight | bare aiohttp | the drain | ratio (each round)")
    for width in sorted({row[0] for row in rows}):
        here = [row for row in rows if row[0] == width]
        middle = sorted(here, key=lambda row: row[2] / row[1])[len(here) // 2]
        ratios = " ".join(f"{ours / plain:.2f}" for _width, plain, ours in here)
        print(f"{width:9} | {middle[1]:12.0f} | {middle[2]:9.0f} | {ratios}")


if __name__ == "__main__":
    main()
