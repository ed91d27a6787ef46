"""
What do the links of every page cost: each filter of a list, each two of them, each heading?

    python -m tests.bench.links --drivers 1000000 --cases 1000000 [--keep million] [--json FILE]

Beside the pages that ``tests.bench.pages`` measures stand hundreds of others, one click away.
This goes through them: as each role it opens what the menu leads to, and from there whatever is
linked, ``--deep`` clicks far. Of links that differ in a number alone it takes a few. It prints
how many there were by how long they took, the slowest, and every page that reads a large table
from one end to the other. The database is the large one of ``tests.bench.pages``.
"""

import argparse
import json
import re
from collections import Counter, deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from .page_list import Page
from .pages import PEOPLE, Side, ask, databases, look, milliseconds

START = "/admin/"
# Which lead out of the pages, or to the same page as another.
LEFT_OUT = re.compile(r"/admin/(logout|jsi18n|demo|call)|_popup|\.(png|svg|css|js|ico)$")


class Links(HTMLParser):
    """The addresses of the pages that a page links to."""

    def __init__(self, address, page):
        super().__init__()
        self.address, self.found = address, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        href = dict(attributes).get("href")
        if tag != "a" or href is None or href.startswith("#"):
            return
        whole = urlsplit(urljoin(self.address, href))
        address = whole.path + (f"?{whole.query}" if whole.query else "")
        if whole.path.startswith(START) and not whole.netloc and not LEFT_OUT.search(address):
            self.found.append(address)


def walk(side, who, *, deep, like):
    """
    Open all that ``who`` can click on; yield each as a ``Page`` when it has been answered.

    :param deep: how many clicks from the first page
    :param like: how many of those links are opened that differ in their numbers alone
    """
    met, waiting, seen = Counter(), deque([(START, 0)]), {START}
    while waiting:
        address, clicks = waiting.popleft()
        kind = re.sub(r"\d+", "0", address)
        met[kind] += 1
        if met[kind] > like:
            continue
        page = Page(address, who, address, may_be=(200, 302, 403, 404))
        _took, answer = ask(side.clients[who], page)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        yield page
        if clicks < deep:
            for link in Links(address, answer.content.decode()).found:
                if link not in seen:
                    seen.add(link)
                    waiting.append((link, clicks + 1))


def measure(side, page, repeats):
    """Return a row of the table: the page's milliseconds, its queries and what it scans."""
    taken = [ask(side.clients[page.who], page)[0] for _repeat in range(repeats)]
    look(side, page, explain=False)
    return {
        "who": page.who,
        "address": page.url,
        "milliseconds": round(milliseconds(taken, 0.5), 1),
        **side.facts[page.name],
    }


def show(rows, slow):
    """Print how the times are spread, the slowest, and what is read from end to end."""
    rows = sorted(rows, key=lambda row: -row["milliseconds"])
    print(f"{len(rows)} pages")
    for limit in (30, 50, 100, 200, 500, 1000):
        print(f"  within {limit:>4} ms: {sum(row['milliseconds'] <= limit for row in rows)}")
    for row in rows:
        if row["milliseconds"] > slow or row.get("scans"):
            scans = f"  reads {', '.join(row['scans'])}" if row.get("scans") else ""
            print(
                f"{row['milliseconds']:>8.1f} ms {row['queries']:>3} queries  "
                f"{row['who']:<8} {row['address']}{scans}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--drivers", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=1095, help="that the cases come from")
    parser.add_argument("--deep", type=int, default=3, help="clicks from the first page")
    parser.add_argument("--like", type=int, default=2, help="links that differ in numbers alone")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--slow", type=float, default=100, help="milliseconds; what is named")
    parser.add_argument("--only", default="", help="pages that have this in their address")
    parser.add_argument("--keep", default="", help="a name; the database stays for the next run")
    parser.add_argument("--json", type=Path, help="a file for all the figures")
    options = parser.parse_args()
    side = Side(options.drivers, options.cases, options.days)
    with databases(side, keep=options.keep, first=1):  # the second of the pages'
        import logging

        logging.disable()
        side.fill()
        side.prepare()
        rows = []
        for who in PEOPLE:
            pages = list(walk(side, who, deep=options.deep, like=options.like))
            rows += [
                measure(side, each, options.repeats) for each in pages if options.only in each.url
            ]
        show(rows, options.slow)
        if options.json:
            options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
