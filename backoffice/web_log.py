"""The web server's own lines, in the form of all others and without what was searched for."""

import logging
import os
import re

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.glogging import Logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

# What gunicorn quotes: of a request that it cannot read all of it, of others the address.
UNREADABLE = re.compile(r"(Invalid request from ip=[^ ]*: [^:'\"(]*).*", re.DOTALL)
ADDRESS = re.compile(r"\?\S*")


class Unquoted(logging.Filter):
    """Takes out of the server's own words what was searched for in the request at hand."""

    def filter(self, record):
        words = UNREADABLE.sub(r"\1", record.getMessage())
        record.msg, record.args = ADDRESS.sub("", words), None
        return True


class WebServerLogger(Logger):
    """For ``gunicorn --logger-class``."""

    def setup(self, cfg):
        super().setup(cfg)
        name = settings.LOGGING["handlers"]["stderr"]["formatter"]
        formatter = import_string(settings.LOGGING["formatters"][name]["()"])()
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter)
        for handler in self.error_log.handlers:
            handler.addFilter(Unquoted())

    def atoms(self, resp, req, environ, request_time):
        """Return the parts of an access line; a query may name a driver or hold a key."""
        atoms = super().atoms(resp, req, environ, request_time)
        texts = {name: each for name, each in atoms.items() if isinstance(each, str)}
        bare = {name: each.partition("?")[0] for name, each in texts.items()}
        # Of a request that failed there is no path yet.
        path = environ.get("PATH_INFO") or bare.get("{raw_uri}e", "")
        line = f"{environ['REQUEST_METHOD']} {path} {environ['SERVER_PROTOCOL']}"
        return atoms | bare | {"r": line, "q": "", "{query_string}e": ""}
