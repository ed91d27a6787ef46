"""A page that answers, and one that fails behind everything that the product does about it."""

import os


def application(environ, start_response):
    if environ["PATH_INFO"] == "/fails/":
        raise RuntimeError(os.environ["FAILS_WITH"])
    start_response("302 Found", [("Location", environ["RAW_URI"]), ("Content-Length", "0")])
    return []
