"""A PostgreSQL cluster of a drill's own, that can be stopped hard and started again."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.processes.product import free_port

ACCOUNT = "postgres"  # PostgreSQL refuses to run as root


class Postgres:
    def __init__(self):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not programs:
            pytest.skip("PostgreSQL's server is not installed.")
        self.programs = programs[-1].parent
        # Not below pytest's own folder, into which no other account may look.
        self.folder = Path(tempfile.mkdtemp(prefix="drill-cluster-"))
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self):
        if os.getuid() == 0:
            shutil.chown(self.folder, ACCOUNT)
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *failure):
        try:
            self.stop_hard()
        finally:
            shutil.rmtree(self.folder)

    def start(self):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop_hard(self):
        """Stop it without a word to its clients; it recovers from its log at the next start."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program, *arguments):
        subprocess.run(
            [self.programs / program, "-D", self.folder / "data", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **({"user": ACCOUNT} if os.getuid() == 0 else {}),
        )
