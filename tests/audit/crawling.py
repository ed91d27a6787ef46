"""Every page that somebody reaches: the pages of all rows, and what they link to."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.contrib import admin
from django.urls import reverse

OF_A_SHAPE = 2
LINK = re.compile(r"""(?:href|src|action|hx-get|data-[\w-]+)=["']([^"'#]+)""")
LEFT_OUT = re.compile(r"/(?:logout|static|jsi18n|i18n)/|_changelist_filters|[?&](?:o|e)=")


def pages_of_rows():
    """Return the list and the pages of every row of every model in the admin."""
    pages = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        for pk in model._default_manager.order_by("-pk").values_list("pk", flat=True)[:12]:
            pages += [reverse(f"{name}_{page}", args=[pk]) for page in ("change", "history")]
    return pages


def links_on(page, html):
    """Yield the addresses of this site on a page, as its reader's browser would ask for them."""
    for found in LINK.findall(html):
        address = urljoin(page, unescape(found))
        # Two filters at once show no more than each of them alone.
        if address.startswith("/") and "&" not in address and not LEFT_OUT.search(address):
            yield address


def shape_of(page):
    """Return what is the same of pages that differ in the row or in a value alone."""
    parts = urlsplit(page)
    path = re.sub(r"/[^/]*\d[^/]*(?=/|$)", "/#", parts.path)
    return path, re.sub(r"=[^&]*", "", parts.query)


def crawl(client, first):
    """
    Yield (address, response) of ``first`` and of everything that is linked to from there.

    Of linked pages that differ in a row or a value alone ``OF_A_SHAPE`` are looked at.
    """
    waiting, seen, shapes = list(first), set(first), Counter()
    while waiting:
        page = waiting.pop()
        response = client.get(page)
        yield page, response
        is_html = "html" in response.headers.get("Content-Type", "")
        found = list(links_on(page, response.content.decode())) if is_html else []
        if "Location" in response.headers:
            found.append(urljoin(page, response.headers["Location"]))
        for address in found:
            shape = shape_of(address)
            if address not in seen and shapes[shape] < OF_A_SHAPE:
                seen.add(address)
                shapes[shape] += 1
                waiting.append(address)
