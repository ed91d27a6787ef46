"""
Access records: pages a minute with and without the chain, and what a month of them costs.

    DATABASE_URL=postgresql://… python -m tests.bench.audit [--writers 4] [--records 1000000]

Makes a database of its own beside the one named and drops it again. The pages are those of
drivers, asked for by processes of their own; beside them the sealer runs every second, or
does not.
"""

import argparse
import multiprocessing
import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

FILL = """
    INSERT INTO audit_accessrecord
        (at, by_id, account, address, action, driver_id, detail, chain)
    SELECT timestamptz '2025-10-01 00:00+09' + n * (interval '31 days' / %(count)s),
        %(first)s + n %% %(people)s, 'agent', '10.0.0.7',
        (ARRAY['view','view','view','list','search','edit','view','reveal'])[1 + n %% 8],
        %(driver)s + (n * 7919) %% %(drivers)s, '{"page": "drivers.driver"}', ''
    FROM generate_series(0, %(count)s - 1) n
"""
PEOPLE, DRIVERS = 100, 2000


def look(name, begun, stop, counts):
    """Ask for pages of drivers until told to stop; hand over when each came, and how slowly."""
    client, keys = _client(name)
    came = []
    begun.wait()
    while not stop.is_set():
        began = time.monotonic()
        answer = client.get(f"/admin/drivers/driver/{keys[len(came) % len(keys)]}/change/")
        if answer.status_code != 200:
            raise SystemExit(f"answered {answer.status_code}")
        came.append((time.monotonic(), time.monotonic() - began))
    counts.put(came)


def keep_sealing(name, begun, stop, may_seal):
    """Seal once a second while it is wanted, until told to stop."""
    _set_up(name)
    from backoffice.audit import chain

    begun.wait()
    while not stop.wait(1):
        if may_seal.is_set():
            chain.seal()


def _set_up(name):
    import logging

    import django

    django.setup()
    from django.db import connection

    logging.disable()
    connection.settings_dict["NAME"] = name


def _client(name):
    _set_up(name)
    from django.test import Client

    from backoffice.staff.models import User
    from drivers.models import Driver

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="lead"))
    return client, list(Driver.objects.values_list("pk", flat=True)[:200])


def compare(name, writers, seconds, rounds):
    """
    Print how many pages a minute the writers get, by turns without and with the sealer.

    They never stop between the turns, so that whatever else the machine does meets both.
    """
    fork = multiprocessing.get_context("spawn")
    counts, begun, stop, may_seal = (
        fork.Queue(),
        fork.Barrier(writers + 2),
        fork.Event(),
        fork.Event(),
    )
    crew = [fork.Process(target=look, args=(name, begun, stop, counts)) for _ in range(writers)]
    crew.append(fork.Process(target=keep_sealing, args=(name, begun, stop, may_seal)))
    for process in crew:
        process.start()
    begun.wait()
    windows = []
    for turn in range(2 * rounds):
        (may_seal.set if turn % 2 else may_seal.clear)()
        start = time.monotonic()
        time.sleep(seconds)
        windows.append((start, time.monotonic()))
    stop.set()
    came = [each for _writer in range(writers) for each in counts.get()]
    for process in crew:
        process.join()
    _print(writers, seconds, [_within(came, window) for window in windows])


def _within(came, window):
    start, end = window
    took = sorted(took for at, took in came if start <= at < end)
    return len(took), 1000 * took[int(len(took) * 0.99)]


def _print(writers, seconds, turns):
    print(f"pages a minute of {writers} writers, and the slowest hundredth", flush=True)
    print("  without the sealer |        with it    | ratio")
    for (plain, slow), (sealed, slow_too) in zip(turns[::2], turns[1::2], strict=True):
        print(
            f"  {plain / seconds * 60:6.0f}  {slow:5.0f} ms  | {sealed / seconds * 60:6.0f}"
            f"  {slow_too:5.0f} ms  | {sealed / plain:.2f}"
        )
    plain, sealed = (sum(pages for pages, _slow in turns[first::2]) for first in (0, 1))
    print(f"  all rounds together: {sealed / plain:.2f}")


def timed(label, act):
    began = time.monotonic()
    found = act()
    print(f"{label:64} {time.monotonic() - began:8.2f} s", flush=True)
    return found


def month(count):
    """Print what ``count`` records of one month cost."""
    from datetime import date

    from django.db import connection
    from django.test import Client

    from backoffice.audit import chain, verifying
    from backoffice.audit.figures import figures_of
    from backoffice.staff.models import User
    from drivers.models import Driver

    first = User.objects.get(username="agent 0").pk
    driver = Driver.objects.order_by("pk").first().pk
    about = {"count": count, "first": first, "people": PEOPLE, "driver": driver}

    def fill():
        with connection.cursor() as cursor:
            cursor.execute(FILL, about | {"drivers": DRIVERS})
            cursor.execute("ANALYZE")

    timed(f"{count} records written", fill)
    timed("sealed", chain.seal)
    walk, broken = timed("verified", verifying.verify)
    print(f"    {walk.count} links, broken: {broken}")
    timed("the figures of the month", lambda: figures_of(date(2025, 10, 1)))
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="officer"))
    for query in (
        "review/?month=2025-10",
        "",
        f"?by__id__exact={first}&hours=off",
        f"?driver={driver}",
        "?action__exact=reveal&at_from=2025-10-03&at_to=2025-10-03",
    ):
        timed(f"page {query or 'list'}", lambda query=query: _get(client, query))


def _get(client, query):
    answer = client.get(f"/admin/audit/accessrecord/{query}")
    if answer.status_code != 200:
        raise SystemExit(f"{query} answered {answer.status_code}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=8, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=0, help="also measure a month of so many")
    options = parser.parse_args()

    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _people_and_drivers()
        name = connection.settings_dict["NAME"]
        compare(name, options.writers, options.seconds, options.rounds)
        if options.records:
            month(options.records)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _people_and_drivers():
    from django.contrib.auth.models import Group

    from backoffice.staff.models import User
    from drivers.models import Driver

    for username, role in (
        ("lead", "team_lead"),
        ("officer", "privacy_officer"),
        *((f"agent {number}", "agent") for number in range(PEOPLE)),
    ):
        user = User.objects.create_user(username, password="pass", is_staff=True)
        user.groups.set([Group.objects.get(name=role)])
    Driver.objects.bulk_create(
        Driver(
            name="홍길동",
            phone=f"+8210{number:08d}",
            birthdate="1980-05-03",
            service_type="일반",
        )
        for number in range(DRIVERS)
    )


if __name__ == "__main__":
    main()
