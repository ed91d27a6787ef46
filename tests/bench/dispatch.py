"""
Messages per second: the drain, beside a bare aiohttp client and one Celery task a message.

    DATABASE_URL=postgresql://… CELERY_BROKER_URL=redis://… python -m tests.bench.dispatch

Makes a database of its own beside the one named and drops it again. The gateway is a
process of its own that answers after 50 ms. Each round measures all the ways one after
the other, so that a busy machine is busy for all of them; the ratios are what counts.
Then a backlog of 100,000: how long a fresh message waits behind it, and the memory.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

HERE = Path(__file__).parent
LATENCY = 0.05  # seconds
SETTLE = 1  # second, in which the database writes out what was queued
WIDTHS = (50, 100, 200)
THREADS = 50  # of the worker that runs one task a message
TASKS_A_SECOND = 150  # about; decides how many are measured
FRESH = 5  # messages queued behind the backlog, one after the other


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def slow_gateway():
    """A gateway that takes everything after LATENCY; SMS_URL names it."""
    port = free_port()
    gateway = subprocess.Popen(
        [sys.executable, str(HERE / "slow_gateway.py"), str(port), str(LATENCY)]
    )
    os.environ["SMS_URL"] = f"demo://127.0.0.1:{port}?key=a2V5"
    try:
        for _try in range(100):
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=1)
            except HTTPError:
                break
            except URLError:
                time.sleep(0.1)
        yield port
    finally:
        gateway.terminate()
        gateway.wait(10)


@contextmanager
def database():
    """A database with the product's tables, a driver and the shipped template."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        from backoffice.sms.models import Template
        from drivers.models import Driver

        Driver.objects.create(
            name="홍길동", phone="+821000001234", birthdate="1980-05-03", service_type="일반"
        )
        yield Driver.objects.get(), Template.objects.get(key="birthdate_changed")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


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
    """Queue ``count`` messages and return the first and the last key."""
    from backoffice.sms.models import Message

    subject, body, size = template.render()
    made = Message.objects.bulk_create(
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
    return made[0].pk, made[-1].pk


def drained(width, count, driver, template):
    """Let the drain send ``count`` messages; return them a second."""
    from django.conf import settings

    from backoffice.outbox.dispatch import dispatch_due

    settings.OUTBOX_IN_FLIGHT = width
    queue_up(driver, template, count)
    time.sleep(SETTLE)
    began = time.perf_counter()
    dispatch_due(seconds=600)
    took = time.perf_counter() - began
    _accept_all(count)
    return count / took


def drained_by_workers(workers, width, count, driver, template):
    """As ``drained``, by ``workers`` processes that have ``width`` in flight together."""
    from django.db import connection

    queue_up(driver, template, count)
    time.sleep(SETTLE)
    environment = {**os.environ, "DATABASE_URL": url_of(connection.settings_dict)}
    drains = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.one_drain", str(width // workers)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _worker in range(workers)
    ]
    for drain in drains:
        drain.stdout.readline()  # it is ready
    began = time.perf_counter()
    for drain in drains:
        print(file=drain.stdin, flush=True)
    for drain in drains:
        drain.stdout.readline()  # it is done
    took = time.perf_counter() - began
    for drain in drains:
        drain.communicate(timeout=20)
    _accept_all(count)
    return count / took


def one_task_each(count, driver, template):
    """Let a worker of its own send ``count`` messages, a task for each; return them a second."""
    from django.conf import settings
    from django.db import connection

    from backoffice.sms.models import Message

    from .one_task import send_one

    first, last = queue_up(driver, template, count)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "DATABASE_URL": url_of(connection.settings_dict),
        "CELERY_QUEUE": settings.CELERY_TASK_DEFAULT_QUEUE,
        "OUTBOX_WATCHDOG_SECONDS": "3600",  # no drain is at work here, and none is missed
    }
    for pk in range(first, last + 1):
        send_one.delay(pk)
    command = [sys.executable, "-m", "celery", "--app=tests.bench.one_task", "worker"]
    flags = ["--pool=threads", f"--concurrency={THREADS}", "--without-gossip", "--loglevel=ERROR"]
    worker = subprocess.Popen([*command, *flags], env=environment, stdout=subprocess.DEVNULL)
    accepted = Message.objects.filter(state="accepted")
    try:
        while not accepted.count():
            time.sleep(0.02)
        began, already = time.perf_counter(), accepted.count()
        while (so_far := accepted.count()) < count:
            time.sleep(0.02)
        took = time.perf_counter() - began
    finally:
        worker.terminate()
        worker.wait(20)
    _accept_all(count)
    return (so_far - already) / took


def _accept_all(count):
    from django.db import connection

    from backoffice.sms.models import Message

    accepted = Message.objects.filter(state="accepted").count()
    if accepted != count:
        raise SystemExit(f"{accepted} of {count} accepted.")
    if connection.vendor == "postgresql":  # what one run leaves is not the next one's to step over
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE sms_message CASCADE")
    else:
        Message.objects.all().delete()


def url_of(database):
    host = database["HOST"] or "127.0.0.1"
    name = f"{database['USER']}@{host}:{database['PORT'] or 5432}/{database['NAME']}"
    return f"postgresql://{name}"


def behind_a_backlog(count, driver, template):
    """
    Queue ``count`` messages, and behind them a few fresh ones while the drain works.

    :returns: messages a second, the fresh ones' waits in seconds, memory at the start and at
        its peak in MiB
    """
    from django.conf import settings
    from django.db import connection

    from backoffice.outbox.dispatch import dispatch_due
    from backoffice.sms.models import Message

    settings.OUTBOX_IN_FLIGHT = WIDTHS[-1]
    queue_up(driver, template, count)
    start = peak = _resident()

    def work():
        dispatch_due(seconds=3600)
        connection.close()  # this thread's own

    drain = threading.Thread(target=work)
    began = time.perf_counter()
    drain.start()
    waits, fresh = [], None
    while drain.is_alive():
        drain.join(0.05)
        peak = max(peak, _resident())
        if fresh is None and len(waits) < FRESH and time.perf_counter() - began > 2:
            fresh, queued = queue_up(driver, template, 1)[0], time.perf_counter()
        elif fresh and Message.objects.filter(pk=fresh, state="accepted").exists():
            waits.append(time.perf_counter() - queued)
            fresh = None
    took = time.perf_counter() - began
    _accept_all(count + len(waits))
    return (count + len(waits)) / took, waits, start, peak


def _median(figures):
    figures = sorted(figures)
    return figures[len(figures) // 2]


def _resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--seconds", type=float, default=4, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backlog", type=int, default=100_000, help="0 leaves it out")
    options = parser.parse_args()
    with slow_gateway() as port, database() as (driver, template):
        from django.db import connection

        from backoffice.outbox.drain import tune_process

        tune_process()
        has_servers = connection.vendor == "postgresql" and _broker_is_a_server()
        print(f"messages a second on {connection.vendor}; gateway answers after 50 ms")
        ways = [("one worker", lambda *a: drained(*a, driver, template))]
        if connection.vendor == "postgresql":
            ways.append(("two workers", lambda *a: drained_by_workers(2, *a, driver, template)))
        for width in WIDTHS:
            count = int(width / LATENCY * options.seconds)
            rounds = [
                [
                    asyncio.run(bare(port, width, count)),
                    *(way(width, count) for _name, way in ways),
                ]
                for _round in range(options.rounds)
            ]
            print(f"{width} in flight: bare aiohttp {_median(r[0] for r in rounds):.0f}", end="")
            for at, (name, _way) in enumerate(ways, 1):
                ratios = sorted(each[at] / each[0] for each in rounds)
                ours = _median(each[at] for each in rounds)
                spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
                print(f"; {name} {ours:.0f}, ratio {_median(ratios):.2f} ({spread})", end="")
            print(flush=True)
        if has_servers:
            count = int(TASKS_A_SECOND * options.seconds)
            each = one_task_each(count, driver, template)
            print(
                f"one task a message, {THREADS} threads: {each:.0f}, {ours / each:.1f} times less"
            )
        if options.backlog:
            rate, waits, start, peak = behind_a_backlog(options.backlog, driver, template)
            longest = max(waits, default=float("nan"))
            print(f"backlog of {options.backlog}: {rate:.0f} a second; a fresh message waited at")
            print(f"most {longest:.2f} s of {len(waits)}; memory {start:.0f} → {peak:.0f} MiB")


def _broker_is_a_server():
    from django.conf import settings

    return settings.CELERY_BROKER_URL.startswith(("redis", "amqp"))


if __name__ == "__main__":
    main()
