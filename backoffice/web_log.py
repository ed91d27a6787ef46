"""The web server's own lines, in the form of all others and without what was searched for."""

import os

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.glogging import Logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")


class WebServerLogger(Logger):
    """For ``gunicorn --logger-class``."""

    def setup(self, cfg):
        super().setup(cfg)
        name = settings.LOGGING["handlers"]["stderr"]["formatter"]
        formatter = import_string(settings.LOGGING["formatters"][name]["()"])()
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter)

    def atoms(self, resp, req, environ, request_time):
        """Return the parts of an access line; a query may name a driver or hold a key."""
        atoms = super().atoms(resp, req, environ, request_time)
        path, protocol = environ.get("PATH_INFO", ""), environ["SERVER_PROTOCOL"]
        return atoms | {
            "r": f"{environ['REQUEST_METHOD']} {path} {protocol}",
            "q": "",
            "f": atoms["f"].partition("?")[0],
        }
