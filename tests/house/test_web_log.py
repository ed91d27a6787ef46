"""The access log of the web server names pages, not what was searched for on them."""

import io
import json
import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from backoffice.web_log import WebServerLogger

STREAMS = {logging.StreamHandler}  # of the web server; those of the test runner are its own


@pytest.fixture
def access_line(settings):
    """Log one request as gunicorn does, and return what was written."""

    def log(form, environ):
        settings.LOGGING["handlers"]["stderr"]["formatter"] = form
        config = Config()
        config.set("accesslog", "-")
        web_log = WebServerLogger(config)
        written = io.StringIO()
        [handler] = [each for each in web_log.access_log.handlers if type(each) in STREAMS]
        handler.setStream(written)
        response = SimpleNamespace(status="200 OK", sent=12, headers=[])
        request = SimpleNamespace(headers=[])
        web_log.access(response, request, environ, timedelta(milliseconds=5))
        return written.getvalue()

    form = settings.LOGGING["handlers"]["stderr"]["formatter"]
    yield log
    settings.LOGGING["handlers"]["stderr"]["formatter"] = form
    for name in ("gunicorn.access", "gunicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [each for each in logger.handlers if type(each) not in STREAMS]


@pytest.mark.parametrize("form", ["line", "json"])
def test_names_the_page_alone(form, access_line):
    line = access_line(
        form,
        {
            "REQUEST_METHOD": "GET",
            "RAW_URI": "/admin/drivers/driver/?q=표범수",
            "PATH_INFO": "/admin/drivers/driver/",
            "QUERY_STRING": "q=표범수",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": "https://support.example/admin/call/?phone=01077712345",
        },
    )

    assert "GET /admin/drivers/driver/ HTTP/1.1" in line
    assert "https://support.example/admin/call/" in line
    assert "표범수" not in line
    assert "77712345" not in line
    assert (form == "json") == line.startswith("{")
    assert form == "line" or json.loads(line)["logger"] == "gunicorn.access"
