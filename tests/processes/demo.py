"""`manage.py demo` as a test has it: in a folder and at a port of its own."""

import json
from urllib.request import urlopen

from tests.processes.browser import Browser
from tests.processes.product import eventually, free_port


class Demo:
    """The demo of one folder: started, stopped, looked at."""

    def __init__(self, product):
        self.product = product
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.parent = None

    @property
    def is_running(self):
        return self.parent is not None and self.parent.process.poll() is None

    def start(self, drivers=30):
        self.parent = self.product.start(
            "demo", "manage.py", "demo", f"--port={self.port}", f"--drivers={drivers}"
        )
        eventually(
            lambda: self.parent.has_said("Stop with Ctrl-C"), within=120, what="the demo greets"
        )

    def inbox(self):
        with urlopen(f"{self.address}/demo/inbox.json", timeout=5) as response:
            return json.load(response)

    def sign_in(self, username):
        return Browser(self.address).sign_in(username)

    def is_gone(self):
        return not self.product.pids()
