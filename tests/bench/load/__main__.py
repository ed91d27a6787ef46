"""
A working centre on one machine: agents with calls, leads who decide, texts that leave.

    pip install -r tests/bench/load/requirements.txt
    DATABASE_URL=postgresql://… CELERY_BROKER_URL=redis://… python -m tests.bench.load

Starts what the README says, gunicorn, a worker and beat, over a database of its own with
made-up drivers and cases, and a gateway that answers after 50 ms. Locust plays the people (see
``people``). Prints what each page took, how many failed, and how busy the machine was, which
Locust itself shares. With several numbers of agents it goes on until the slowest page people
open takes more than 300 ms at p95.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from tests.bench.dispatch import free_port, queue_up, slow_gateway, url_of
from tests.bench.pages import Side, databases

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LIMIT = 300  # milliseconds
FEW = 20  # of fewer answers the 95th of a hundred tells nothing
TEXTS = 20  # a second
LEADS = 5
DRIVERS = 3000  # who may call


def people(agents):
    """Give ``agents`` and the leads accounts, and return their names; the demo's end."""
    from django.contrib.auth.hashers import Argon2PasswordHasher
    from django.contrib.auth.models import Group

    from backoffice.staff.models import User

    User.objects.filter(is_demo=True).update(is_active=False)  # or nothing starts beside them
    names = {
        "agents": [f"load-agent-{number}" for number in range(agents)],
        "leads": [f"load-lead-{number}" for number in range(LEADS)],
    }
    # The product's own hash: the tests' settings have a quicker one.
    hashed = Argon2PasswordHasher().encode("pass", "of-the-load-test")
    for kind, role in (("agents", "agent"), ("leads", "team_lead")):
        group = Group.objects.get(name=role)
        known = set(User.objects.filter(username__in=names[kind]).values_list("username", flat=1))
        for name in names[kind]:
            if name not in known:
                user = User.objects.create(
                    username=name, name=name, is_staff=True, password=hashed
                )
                user.groups.set([group])
    return names


def callers():
    """Return what some drivers know about themselves."""
    from drivers.models import Driver

    keys = random.Random(1).sample(range(1, Driver.objects.count() + 1), DRIVERS)
    return [
        {
            "phone": driver.phone_digits,
            "name": driver.name,
            "birthdate": driver.birthdate.isoformat(),
            "company": driver.company,
            "vehicle_no": driver.vehicle_no,
        }
        for driver in Driver.objects.filter(pk__in=keys, state="active", erased_at=None)
    ]


@contextmanager
def centre(port, workers, log):
    """
    The product's processes; ``SMS_URL`` and ``DATABASE_URL`` are in the environment.

    :returns: seconds until the web server answered
    """
    celery = [sys.executable, "-m", "celery", "--app", "backoffice"]
    commands = [
        [
            *(sys.executable, "-m", "gunicorn", "backoffice.wsgi", f"--workers={workers}"),
            *("--threads=8", f"--bind=127.0.0.1:{port}"),
            "--logger-class=backoffice.web_log.WebServerLogger",
        ],
        [*celery, "worker", "--pool=threads", "--concurrency=8", "--loglevel=WARNING"],
        [*celery, "beat", "--loglevel=WARNING", f"--schedule={log.parent}/beat"],
    ]
    environment = {
        **os.environ,
        **{"DJANGO_SETTINGS_MODULE": "backoffice.settings", "HTTPS": "0", "SECOND_FACTOR": "off"},
        **{"SECRET_KEY": "only-for-the-load", "VAR_DIR": str(log.parent), "LOG_LEVEL": "WARNING"},
        **{"ALLOWED_HOSTS": "127.0.0.1", "CELERY_QUEUE": f"load-{os.getpid()}"},
        # All of them come from this one address.
        **{"SIGN_IN_FAILURES": "100", "LOOSE_SEARCH": "0"},
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    with log.open("w") as out:
        began = time.perf_counter()
        processes = [
            subprocess.Popen(each, cwd=ROOT, env=environment, stdout=out, stderr=out)
            for each in commands
        ]
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            yield time.perf_counter() - began
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _wait_for(url):
    for _try in range(1200):
        with suppress(OSError):
            urlopen(url, timeout=5).close()
            return
        time.sleep(0.05)
    raise SystemExit("The web server did not start.")


@contextmanager
def texts():
    """Queue TEXTS messages a second meanwhile."""
    from backoffice.sms.models import Template
    from drivers.models import Driver

    driver, template = Driver.objects.first(), Template.objects.get(key="birthdate_changed")
    over = threading.Event()

    def queue():
        from django.db import connection

        while not over.wait(1):
            queue_up(driver, template, TEXTS)
        connection.close()

    feeder = threading.Thread(target=queue)
    feeder.start()
    try:
        yield
    finally:
        over.set()
        feeder.join()


def play(about, seconds, folder):
    """Let Locust play for ``seconds`` after a warm-up, and return its rows."""
    file = folder / "about.json"
    file.write_text(json.dumps(about, ensure_ascii=False))
    users = sum(len(names) for names in about["people"].values())
    command = [
        *(sys.executable, "-m", "locust", "-f", str(HERE / "people.py"), "--headless"),
        *("--users", str(users), "--spawn-rate", "10", "--csv", str(folder / "load")),
        *("--run-time", str(about["warm"] + seconds), "--only-summary", "--exit-code-on-error=0"),
        *("--loglevel", "WARNING", "--stop-timeout", "5"),
    ]
    began = _busy()
    with (folder / "locust").open("w") as said:
        environment = {**os.environ, "LOAD_FILE": str(file)}
        subprocess.run(command, env=environment, check=True, stdout=said, stderr=said)
    busy = [now - then for now, then in zip(_busy(), began, strict=True)]
    _complaint, errors, report = (folder / "locust").read_text().partition("Error report")
    print(f"{errors}{report}", end="")
    with (folder / "load_stats.csv").open() as stats:
        rows = [row for row in csv.DictReader(stats) if row["Request Count"] != "0"]
    return rows, busy[0] / sum(busy)


def _busy():
    """Return the seconds that the machine was busy and idle since its start."""
    _name, *ticks = Path("/proc/stat").read_text().splitlines()[0].split()
    user, nice, system, idle, wait, *more = map(int, ticks)
    return user + nice + system + sum(more[:3]), idle + wait


def show(agents, rows, busy):
    """Print a line for each page; return the slowest p95 of those that people open."""
    print(f"\n{agents} agents, {LEADS} leads, {TEXTS} texts a second; machine busy {busy:.0%}")
    print(f"{'page':26}{'asked':>8}{'failed':>8}{'p50':>8}{'p95':>8}{'p99':>8}")
    slowest = 0
    for row in rows:
        figures = [row[name] for name in ("Request Count", "Failure Count", "50%", "95%", "99%")]
        print(f"{row['Name']:26}" + "".join(f"{each:>8}" for each in figures), flush=True)
        if row["Name"] != "Aggregated" and int(row["Request Count"]) >= FEW:
            slowest = max(slowest, int(row["95%"]))
    return slowest


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--agents", type=int, nargs="+", default=[200])
    parser.add_argument("--seconds", type=int, default=180, help="measured, for each of them")
    parser.add_argument("--warm", type=int, default=120, help="seconds before that")
    parser.add_argument("--workers", type=int, default=2, help="of gunicorn")
    parser.add_argument("--rows", type=int, default=100_000, help="drivers and cases")
    parser.add_argument("--keep", default="", help="a name; the database stays for the next run")
    options = parser.parse_args()
    with slow_gateway(), tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        side = Side(options.rows, options.rows, 1095)
        with databases(side, keep=options.keep):
            from django.db import connection

            from drivers.models import Driver

            side.enter()
            if not Driver.objects.exists():  # a kept one was worked in, and is not filled again
                side.fill()
            os.environ["DATABASE_URL"] = url_of(connection.settings_dict)
            for agents in options.agents:
                port = free_port()
                about = {
                    "host": f"http://127.0.0.1:{port}",
                    "people": people(agents),
                    "drivers": callers(),
                    "warm": options.warm,
                }
                connection.close()
                with centre(port, options.workers, folder / "log"), texts():
                    slowest = show(agents, *play(about, options.seconds, folder))
                if slowest > LIMIT:
                    print(f"With {agents} agents a page takes {slowest} ms at p95.")
                    break


if __name__ == "__main__":
    main()
