import base64
import fcntl
import os
import secrets
import signal
import socket
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from backoffice.demo import data
from backoffice.demo.processes import Child, ChildEnded, Family
from cases.figures import keeping as figures
from drivers.models import Driver


class Command(BaseCommand):
    help = (
        "Runs the whole product on this machine: database, web, worker, beat and an SMS "
        "gateway with the drivers' phones, until Ctrl-C. A second start keeps what was entered."
    )

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--drivers", type=int, default=1000, help="for the first start")

    def handle(self, *, host, port, drivers, **options):
        settings.VAR_DIR.mkdir(exist_ok=True)
        with (settings.VAR_DIR / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError("The demo is running here already.") from None
            self._refuse_busy(host, port)
            self._prepare(drivers)
            self._run(host, port)

    def _refuse_busy(self, host, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as failure:
                raise CommandError(
                    f"Port {port} on {host} cannot be used ({failure.strerror}). "
                    f"Choose another one: manage.py demo --port {port + 1}"
                ) from None

    def _prepare(self, drivers):
        self.stdout.write("Preparing the database … ", ending="")
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        self.stdout.write("done.")
        data.load_accounts()
        if Driver.objects.exists():
            self.stdout.write("Keeping the drivers and cases of the last time.")
        else:
            self._load(drivers)
        figures.catch_up()  # beat does from then on

    def _load(self, drivers):
        def progress(loaded):
            self.stdout.write(f"\rLoading drivers … {loaded:,} of {drivers:,}", ending="")
            self.stdout.flush()

        data.load_drivers(drivers, progress=progress)
        data.load_cases()
        self.stdout.write("\nSome cases were opened.")

    def _run(self, host, port):
        family = Family(
            self._children(host, port),
            environment=self._environment(host, port),
            say=self.stdout.write,
        )
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            family.start()
            self._wait_for_web(family, host, port)
            self._greet(host, port)
            family.watch()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        except ChildEnded as failure:
            raise CommandError(str(failure)) from None
        finally:
            family.stop()

    def _environment(self, host, port):
        # A demo's own gateway, unless another one was asked for.
        url = settings.SMS_URL
        if not os.environ.get("SMS_URL") or url.startswith("demo:"):
            url = f"demo://127.0.0.1:{self.gateway_port}?key={self.gateway_key}"
        own = {
            "SITE_URL": f"http://{_reachable(host)}:{port}",
            "AGIT_WEBHOOK_URL": f"http://127.0.0.1:{self.gateway_port}/agit/{self.gateway_key}",
            "CODE_SOURCE_URL": "simulator://",
            "LOOSE_SEARCH": "1",
            "EXPORTS": "team_lead,privacy_officer",
            "VERIFICATION_HOOK_SECRET": _hook_secret(),
        }
        return {
            "DEMO": "1",
            "SMS_URL": url,
            **{name: os.environ.get(name) or value for name, value in own.items()},
            "ALLOWED_HOSTS": ",".join({host, "localhost", "127.0.0.1", *settings.ALLOWED_HOSTS})
            if host != "0.0.0.0"  # noqa: S104  # nosec B104 # asked for by the person
            else "*",
            "DJANGO_SETTINGS_MODULE": "backoffice.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def _children(self, host, port):
        self.gateway_port = _free_port()
        self.gateway_key = secrets.token_hex(24)  # base64 as well, as signatures need it
        logs = settings.VAR_DIR / "log"
        logs.mkdir(exist_ok=True)
        store = settings.VAR_DIR / "demo-phones.sqlite3"

        def child(name, *arguments, **options):
            return Child(name, [sys.executable, "-m", *arguments], logs / f"{name}.log", **options)

        celery = ("celery", "--app", "backoffice")
        # Files have nobody to gossip with; a broker with connections wants its heartbeat.
        embedded = settings.CELERY_BROKER_URL.startswith("filesystem:")
        alone = ("--without-gossip", "--without-mingle", "--without-heartbeat") if embedded else ()
        return [
            child(
                "gateway",
                "backoffice.demo.gateway",
                f"--port={self.gateway_port}",
                f"--key={self.gateway_key}",
                f"--store={store}",
                f"--report-to=http://{_reachable(host)}:{port}/hooks/sms/demo/",
            ),
            child(
                "web",
                "gunicorn",
                "backoffice.wsgi",
                f"--bind={host}:{port}",
                "--threads=8",
                "--access-logfile=-",
                "--logger-class=backoffice.web_log.WebServerLogger",
                "--no-control-socket",
                may_restart=False,
            ),
            child(
                "worker",
                *celery,
                "worker",
                "--pool=threads",
                "--concurrency=4",
                "--loglevel=INFO",
                *alone,
            ),
            child("beat", *celery, "beat", "--loglevel=INFO", "--pidfile="),
        ]

    def _wait_for_web(self, family, host, port):
        self.stdout.write("Starting web, worker, beat and gateway … ", ending="")
        self.stdout.flush()
        web = next(child for child in family.children if child.name == "web")
        for _try in range(300):
            if web.process.poll() is not None:
                raise ChildEnded(f"The web server did not start:\n{web.last_words()}")
            try:
                # Our own server, over http alone.
                urlopen(f"http://{_reachable(host)}:{port}/healthz", timeout=2).close()  # nosec B310
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                self.stdout.write("done.")
                return
        raise ChildEnded(f"The web server does not answer:\n{web.last_words()}")

    def _greet(self, host, port):
        address = f"http://{_reachable(host)}:{port}"
        people = "\n".join(
            f"    {username:<8} {name} ({group})" for username, name, group in data.ACCOUNTS
        )
        self.stdout.write(
            f"\n  Back-office      {address}/admin/\n"
            f"  Drivers' phones  {address}/demo/inbox/\n"
            f"  Drivers' app     {address}/demo/app/\n"
            f"  Agit             {address}/demo/agit/\n\n"
            f"  Accounts, all with the password {data.PASSWORD}:\n{people}\n\n"
            f"  Try: sign in as agent, search 1234, give 홍길동 (born 1980-05-03) the birthdate\n"
            f"  1980-03-05. Another year of birth asks a team lead first: sign in as lead.\n"
            f"  Logs are in {settings.VAR_DIR / 'log'}. Stop with Ctrl-C.\n"
        )
        self.stdout.flush()


def _hook_secret():
    """Return what the login service signs with; made once, so that the README's curl has it."""
    path = settings.VAR_DIR / "verification-hook-secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}\n")
    return path.read_text().strip()


def _reachable(host):
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  # nosec B104 # compared only


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _interrupt(signum, frame):
    raise KeyboardInterrupt
