"""
One product of its own for a test: folder, database, queue, ports and processes.

It honours DATABASE_URL and CELERY_BROKER_URL of the run, shares nothing with
another one on the same servers, and leaves nothing behind.
"""

import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psycopg
from kombu import Connection
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
SQLITE = "db.sqlite3"
GATEWAY, DESK = "backoffice.demo.gateway", "tests.processes.desk"
# What the settings of the tests say for their own process, and what would make
# the product another one than a fresh checkout is.
NOT_HANDED_ON = {
    "DJANGO_SETTINGS_MODULE",
    "SMS_URL",
    "HTTPS",
    "LOG_LEVEL",
    "SECRET_KEY",
    "DEBUG",
    "DEMO",
    "SECOND_FACTOR",
    "IDLE_MINUTES",
    "SESSION_HOURS",
}


class NotInTime(AssertionError):
    """What was waited for has not come."""


def eventually(ask, *, within, what):
    """Return the first true answer of ``ask()``; fail after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: not within {within} s, last answer {answer!r}")
        time.sleep(0.05)
    return answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(address):
    try:
        with urlopen(address, timeout=2) as response:
            return response.status == 200
    except (URLError, OSError):
        return False


def copy_database(source, target):
    """Copy an SQLite database whole, with what still stands in its log."""
    with closing(sqlite3.connect(source)) as whole, closing(sqlite3.connect(target)) as copy:
        whole.backup(copy)


class Child:
    """A process of the product, the first of a group of its own."""

    def __init__(self, name, arguments, *, environment, folder, **options):
        self.name = name
        self.log = folder / f"{name}-{secrets.token_hex(3)}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                arguments,
                env=environment,
                cwd=ROOT,
                start_new_session=True,
                **({"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log} | options),
            )

    def words(self):
        return self.log.read_text(errors="replace")

    def has_said(self, words):
        """Return whether it has; fail if it has ended without."""
        said = words in self.words()
        assert said or self.process.poll() is None, f"{self.name} has ended:\n{self.words()}"
        return said

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def wait(self, seconds):
        return self.process.wait(seconds)

    def end(self):
        """Kill it and what it has started; how it ends when asked is for a test to say."""
        try:
            self.signal(signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


class Product:
    """
    Use it as a context; nothing of it is left afterwards.

    :param like: another product, at rest, whose database this one begins with
    :param server: a PostgreSQL other than that of the run
    """

    def __init__(self, folder, *, like=None, server=None):
        mark = secrets.token_hex(6)
        self.folder = folder
        self.var = folder / f"var-{mark}"
        self.queue = f"proc-{mark}"
        self.database = f"backoffice_proc_{mark}"
        self.children = []
        given = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON}
        if given.get("CELERY_BROKER_URL", "").startswith("memory"):
            del given["CELERY_BROKER_URL"]
        self.broker_url = given.get("CELERY_BROKER_URL", "")
        self.like = like
        self.server = server or given.get("DATABASE_URL", "")
        if not self.server.startswith("postgres"):
            self.server = ""
        self.environment = {
            **given,
            "VAR_DIR": str(self.var),
            "CELERY_QUEUE": self.queue,
            "DATABASE_URL": (
                urlsplit(self.server)._replace(path=f"/{self.database}").geturl()
                if self.server
                else f"sqlite:///{self.var}/{SQLITE}"
            ),
            "PYTHONUNBUFFERED": "1",
        }

    def __enter__(self):
        self.var.mkdir(exist_ok=True)
        if self.like is None:
            self._on_server("create database {}")
        elif self.server:
            self._on_server("create database {} template {}", self.like.database)
        else:
            copy_database(self.like.var / SQLITE, self.var / SQLITE)
        return self

    def __exit__(self, *failure):
        for child in self.children:
            child.end()
        for pid in self.pids():  # a demo's, each in a group of its own
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        eventually(lambda: not self.pids(), within=20, what="all processes have ended")
        self._on_server("drop database if exists {} with (force)")
        self._leave_the_broker()

    def _on_server(self, command, *names):
        if not self.server:
            return
        url = urlsplit(self.server)._replace(path="/postgres").geturl()
        names = map(sql.Identifier, (self.database, *names))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL(command).format(*names))

    def _leave_the_broker(self):
        if self.broker_url:
            forget_queue(self.broker_url, self.queue)

    def pids(self):
        """Return the processes that carry this product's VAR_DIR, zombies aside."""
        mine = f"VAR_DIR={self.var}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:  # ended meanwhile, or somebody else's
                continue
        return found

    # Its processes

    def start(self, name, *arguments, environment=(), **options):
        child = Child(
            name,
            [PYTHON, *arguments],
            environment={**self.environment, **dict(environment)},
            folder=self.folder,
            **options,
        )
        self.children.append(child)
        return child

    def manage(self, *arguments, environment=()):
        """Run a command to its end; return the finished process."""
        return subprocess.run(
            [PYTHON, "manage.py", *arguments],
            env={**self.environment, **dict(environment)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            start_new_session=True,
        )

    def migrate(self):
        done = self.manage("migrate", "--verbosity=0")
        assert done.returncode == 0, done.stderr

    def start_web(self, port, **environment):
        web = self.start(
            "web",
            *("-m", "gunicorn", "backoffice.wsgi", f"--bind=127.0.0.1:{port}", "--threads=8"),
            environment={"DEMO": "1", **environment},
        )
        eventually(
            lambda: answers(f"http://127.0.0.1:{port}/healthz"),
            within=20,
            what=f"the web server answers ({web.log})",
        )
        return web

    def start_worker(self, **environment):
        """Start a worker; ``ready`` waits for it."""
        return self.start(
            "worker",
            *("-m", "celery", "--app=backoffice", "worker", "--pool=threads", "--concurrency=2"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            # RabbitMQ lets no two workers of one name in.
            *(f"--hostname={self.queue}-{len(self.children)}@%h", "--loglevel=INFO"),
            environment=environment,
        )

    def start_beat(self, app="backoffice", **environment):
        arguments = ("-m", "celery", f"--app={app}", "beat", "--pidfile=")
        return self.start("beat", *arguments, environment=environment)

    def start_gateway(self, *, report_to, report_after=1.0, module=GATEWAY, options=()):
        """Start the demo's provider, or the one in ``module`` with ``options`` of its own."""
        return Gateway(
            self,
            *("-m", module, f"--report-to={report_to}", f"--report-after={report_after}"),
            *options,
        )

    def open_desk(self, module=DESK, **environment):
        return Desk(self, module, environment)


def ready(worker):
    eventually(lambda: worker.has_said(" ready."), within=60, what=f"worker ready ({worker.log})")
    return worker


def forget_queue(url, queue):
    """Remove ``queue`` and what Celery keeps beside it from a broker that is a server."""
    with Connection(url, connect_timeout=3) as connection, connection.channel() as channel:
        channel.queue_delete(queue)
        channel.exchange_delete(queue)
        if not url.startswith("redis"):
            return
        # A worker killed with -9 leaves its registration, and what it had fetched.
        client = channel.client
        for key in client.keys("_kombu.binding.*"):
            for member in client.smembers(key):
                if queue.encode() in member:
                    client.srem(key, member)
        for tag, kept in client.hgetall("unacked").items():
            if queue.encode() in kept:
                client.hdel("unacked", tag)
                client.zrem("unacked_index", tag)
        for key in client.keys(f"*{queue}*"):
            client.delete(key)


class Gateway:
    """The demo's SMS provider; what it has taken is the only count that matters."""

    def __init__(self, product, *arguments):
        port = free_port()
        self.key = secrets.token_hex(24)  # base64 as well, and nothing to quote in a URL
        self.address = f"http://127.0.0.1:{port}"
        self.url = f"demo://127.0.0.1:{port}?key={self.key}"
        self.store = product.folder / "phones.sqlite3"
        self.child = product.start(
            "gateway",
            *(*arguments, f"--port={port}", f"--key={self.key}", f"--store={self.store}"),
        )
        eventually(self._is_up, within=45, what="the gateway answers")

    def _is_up(self):
        try:
            return self._get("/messages") is not None
        except (URLError, OSError):
            return False

    def _get(self, path):
        request = Request(self.address + path, headers={"Authorization": f"Bearer {self.key}"})
        with urlopen(request, timeout=5) as response:
            return json.load(response)

    def count(self, reference):
        """Return how often the text with this reference was taken."""
        return len(self._get(f"/messages?reference={reference}"))


class Desk:
    """Somebody at work in a process of its own; see ``desk.py``. Also used as a peephole."""

    def __init__(self, product, module, environment):
        self.child = product.start(
            "desk",
            *("-m", module),
            environment=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, task, **details):
        pipe = self.child.process
        pipe.stdin.write(json.dumps({"task": task, **details}) + "\n")
        pipe.stdin.flush()
        line = pipe.stdout.readline()
        assert line, f"The desk has ended:\n{self.child.words()}"
        return json.loads(line)
