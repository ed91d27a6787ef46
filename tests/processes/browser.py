"""A browser without JavaScript: cookies, pages and their forms. Standard library only."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

PASSWORD = "demo-pass-1234"


class _FormReader(HTMLParser):
    """Collects the fields of each form with the values they would be sent with."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.name = None  # of the select or textarea that is open
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        name = attributes.get("name")
        if tag == "input" and name and attributes.get("type") not in ("submit", "button"):
            is_box = attributes.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attributes:
                self.forms[-1][name] = attributes.get("value") or ("on" if is_box else "")
        elif tag in ("select", "textarea") and name:
            self.name = name
            self.forms[-1][name] = ""
        elif tag == "option" and self.name and "selected" in attributes:
            self.forms[-1][self.name] = attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self.name = None

    def handle_data(self, data):
        if self.name and self.lasttag == "textarea":
            self.forms[-1][self.name] += data


@dataclass(frozen=True)
class Page:
    status: int
    url: str
    html: str = field(repr=False)

    @property
    def text(self):
        """What a person reads, in one line."""
        without_code = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", self.html)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without_code)))

    def form(self, name):
        """Return the fields of the form that has a field ``name``."""
        return next(form for form in _FormReader(self.html).forms if name in form)


class Browser:
    """One person's; ``sign_in`` first."""

    def __init__(self, address):
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        return self._open(self.address + path)

    def post(self, path, fields):
        return self._open(self.address + path, urlencode(fields).encode())

    def _open(self, url, body=None):
        try:
            with self.opener.open(Request(url, body), timeout=15) as response:
                return Page(response.status, response.geturl(), response.read().decode())
        except HTTPError as answer:
            with answer:
                return Page(answer.code, answer.geturl(), answer.read().decode())

    def sign_in(self, username):
        form = self.get("/admin/login/").form("username")
        page = self.post("/admin/login/", form | {"username": username, "password": PASSWORD})
        assert page.url.endswith("/admin/"), page.text
        return self

    def correct_birthdate(self, driver, birthdate, *, reason="통화로 확인"):
        """Fill in the driver's page and save it; return the page that follows."""
        path = f"/admin/drivers/driver/{driver}/change/"
        form = self.get(path).form("birthdate")
        return self.post(path, form | {"birthdate": birthdate, "reason": reason})

    def message_states(self, driver):
        """Return the states of the driver's messages that are drawn in full, newest first."""
        page = self.get(f"/admin/sms/message/way/?driver={driver}")
        return re.findall(r'<article\b[^>]*\bdata-state="(\w+)"', page.html)

    def messages(self):
        """Return the keys of the messages in the list."""
        html = self.get("/admin/sms/message/").html
        return set(re.findall(r"/admin/sms/message/(\d+)/change/", html))
