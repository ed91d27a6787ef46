"""Running the demo's processes together: started, watched, and ended with their parent."""

import ctypes
import os
import signal
import subprocess  # nosec B404 # for the demo's own processes
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 10  # seconds for a process to end by itself


@dataclass
class Child:
    """One process of the demo."""

    name: str
    arguments: list[str]
    log: Path
    may_restart: bool = True
    process: subprocess.Popen | None = field(default=None, init=False)

    def start(self, environment):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # nosec B603 # our own commands
                self.arguments,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C goes to the parent, which ends its children in order.
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    def last_words(self, lines=5):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _end_with_parent():
    """Ask Linux to end this process when its parent dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG


class ChildEnded(Exception):
    """A process that the others cannot do without has ended."""


class Family:
    """The processes, in the order in which they start."""

    def __init__(self, children, *, environment, say):
        self.children = children
        self.environment = {**os.environ, **environment}
        self.say = say

    def start(self):
        for child in self.children:
            child.start(self.environment)

    def watch(self):
        """
        Wait, and start again what ends, until the parent is told to stop.

        :raises ChildEnded: a process ended that is not started again
        """
        while True:
            for child in self.children:
                if child.process.poll() is None:
                    continue
                if not child.may_restart:
                    raise ChildEnded(f"{child.name} ended:\n{child.last_words()}")
                self.say(f"{child.name} ended and is started again (see {child.log}).")
                time.sleep(1)
                child.start(self.environment)
            time.sleep(0.5)

    def stop(self):
        """End all of them: first asked, then made to."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
