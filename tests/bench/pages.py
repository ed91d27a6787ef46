"""
Milliseconds, queries and bytes of every page that people use, at two sizes side by side.

    DATABASE_URL=postgresql://… python -m tests.bench.pages --drivers 1000000 --cases 1000000

Makes databases of its own beside the one named, fills them with ``demo_data`` and drops them
again; with ``--keep NAME`` the next run finds them filled. The large one is held against a small
one that is the same centre, with as many cases a day over fewer days; for the page of a
year, against a small centre that is as old. What is searched for is chosen in each database, so
that the same search finds about the same. Beside each page stand a plain ``ModelAdmin`` over the
same rows, the bare statement, and the theme's page with nothing on it. The rounds take turns, so
that whatever else the machine does meets all of them.
With ``--explain`` it prints the plan of each page's slowest query, and names every scan of a
large table.
"""

import argparse
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

from .page_list import Page

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.plain_settings"

LARGE = 20_000  # rows; a scan of fewer is no fault
PEOPLE = {"agent": "agent", "lead": "team_lead", "officer": "privacy_officer"}
SEPARATOR = " | "
EMPTY = Page("empty", "", "/plain/empty/")


class Side:
    """One of the databases, and what was measured in it."""

    def __init__(self, drivers, cases, days):
        self.drivers, self.cases, self.days = drivers, cases, days
        self.clients, self.took, self.facts = {}, {}, {}

    def enter(self):
        """Let everything that follows happen in this database."""
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = self.name

    def fill(self):
        from backoffice.demo.mass import run

        began = time.monotonic()
        run.make(
            seed=1, drivers=self.drivers, cases=self.cases, days=self.days, progress=_nobody_looks
        )
        took = time.monotonic() - began
        print(
            f"{self.drivers:,} drivers and {self.cases:,} cases made in {took:.0f} s", flush=True
        )

    def prepare(self):
        """Sign people in and choose the rows that are asked for."""
        from django.contrib.auth.models import Group
        from django.test import Client

        from backoffice.staff.models import User

        from .page_list import Rows, all_pages

        rows = Rows()
        for who, role in PEOPLE.items():
            user, _new = User.objects.get_or_create(username=f"bench {who}", is_staff=True)
            user.groups.set([Group.objects.get(name=role)])
            self.clients[who] = _signed_in(Client(SERVER_NAME="localhost"), user)
        User.objects.filter(pk=rows.owner).update(is_demo=False)  # or nobody is let in as one
        self.clients["owner"] = _signed_in(
            Client(SERVER_NAME="localhost"), User.objects.get(pk=rows.owner)
        )
        root, _new = User.objects.get_or_create(
            username="bench root", is_staff=True, is_superuser=True
        )
        self.clients["plain"] = _signed_in(Client(SERVER_NAME="localhost"), root)
        self.pages = all_pages(rows)


def _nobody_looks(*_progress):
    pass


def _signed_in(client, user):
    client.force_login(user)
    return client


@contextmanager
def databases(*sides, keep="", first=0):
    """
    The databases of ``sides``, each with the product's tables.

    :param keep: a name; they stay, numbered from ``first``, and the next run finds them
    """
    import django

    django.setup()
    from django.db import connection

    settings, made = connection.settings_dict, []
    base, test = settings["NAME"], dict(settings["TEST"])
    try:
        for number, side in enumerate(sides, first):
            connection.close()
            settings["NAME"] = base
            ending = f"{keep or f'pages_{os.getpid()}'}_{number}"
            is_file = connection.vendor == "sqlite"
            settings["TEST"]["NAME"] = f"/tmp/{ending}.sqlite3" if is_file else ending
            connection.creation.create_test_db(
                verbosity=0, autoclobber=True, serialize=False, keepdb=bool(keep)
            )
            side.name = settings["NAME"]
            made.append(side)
        yield
    finally:
        for side in made:
            side.enter()
            settings["TEST"]["NAME"] = side.name
            connection.creation.destroy_test_db(base, verbosity=0, keepdb=bool(keep))
        settings["TEST"].update(test)


# One measurement


def ask(client, page, *, plain=False):
    """Ask for ``page`` once; return the seconds and the answer."""
    from django.conf import settings

    settings.LOOSE_SEARCH = page.is_loose
    post = page.plain_post if plain else page.post
    if post is not None:
        address, fields = post()
        began = time.perf_counter()
        answer = client.post(address, fields)
    else:
        address = page.plain if plain else page.url
        began = time.perf_counter()
        answer = client.get(address)
    took = time.perf_counter() - began
    if answer.status_code not in page.may_be:
        raise SystemExit(f"{page.name}: {address} answered {answer.status_code}")
    return took, answer


def ways(side, page):
    """Return the ways to get what ``page`` shows, by name; each returns its seconds."""
    found = {"ours": lambda: ask(side.clients[page.who], page)[0]}
    if page.plain or page.plain_post:
        found["plain"] = lambda: ask(side.clients["plain"], page, plain=True)[0]
    if page.bare:
        found["bare"] = lambda: _bare(*page.bare)
    if page.url:
        found["empty"] = lambda: ask(side.clients[page.who], EMPTY)[0]
    return found


def _bare(statement, params):
    from django.db import connection

    if connection.vendor == "sqlite":
        statement = statement.replace("now()", "datetime('now')")
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(statement, params)
        cursor.fetchall()
        return time.perf_counter() - began


def look(side, page, explain):
    """Note what a page costs beside its time: its queries, its bytes, and their plans."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        _took, answer = ask(side.clients[page.who], page)
    facts = {"queries": len(captured), "bytes": len(answer.content), "rows": _shown(answer)}
    reads = [each for each in captured if each["sql"].startswith("SELECT")]
    if connection.vendor == "postgresql":
        facts["scans"] = sorted({scan for each in reads for scan in _scans(each["sql"])})
        if explain and reads:
            slowest = max(reads, key=lambda each: float(each["time"]))["sql"]
            facts["slowest"], facts["plan"] = slowest, _plan(slowest)
    side.facts[page.name] = facts


def _shown(answer):
    """Return how many rows the list on the page shows, None where it is no list."""
    changelist = (getattr(answer, "context_data", None) or {}).get("cl")
    return None if changelist is None else len(changelist.result_list)


def _scans(sql):
    """Return the large tables that ``sql`` reads from one end to the other."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {_without_lock(sql)}")
        [[plan]] = cursor.fetchall()
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
        sizes = dict(cursor.fetchall())
    return {
        f"{node['Relation Name']} ({sizes[node['Relation Name']]:,.0f} rows{end})"
        for node, end in _nodes(plan[0]["Plan"])
        if node["Node Type"] == "Seq Scan" and sizes.get(node["Relation Name"], 0) > LARGE
    }


def _nodes(node, end=""):
    """Yield each node of a plan, and of those right beneath a LIMIT that they stop there."""
    yield node, end
    end = ", until enough are found" if node["Node Type"] == "Limit" else ""
    for each in node.get("Plans", ()):
        yield from _nodes(each, end)


def _plan(sql):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {_without_lock(sql)}")
        return "\n".join(line for (line,) in cursor.fetchall())


def _without_lock(sql):
    return sql.partition(" FOR ")[0] if sql.rstrip().endswith(("UPDATE", "KEY UPDATE")) else sql


# All of them


def pairs(small, old, large):
    """Yield for each page the small side that it is held against with its page, and the large."""
    for place, page in enumerate(large.pages):
        beside = old if page.is_of_a_time else small
        yield (beside, beside.pages[place]), (large, page)


def measure(both, rounds, repeats, slow):
    """
    Ask for each page ``rounds`` × ``repeats`` times, by turns in each database and each way.

    :param both: what ``pairs`` yields
    :param slow: seconds; what takes longer than that once is not asked for again in a round
    """
    for pair in both:  # caches of templates and plans
        for side, page in pair:
            side.enter()
            for way in ways(side, page).values():
                way()
    for _round in range(rounds):
        for pair in both:
            for side, page in pair:
                side.enter()
                for name, way in ways(side, page).items():
                    way()  # the connection is new
                    taken = side.took.setdefault((page.name, name), [])
                    for _repeat in range(repeats):
                        taken.append(way())
                        if taken[-1] > slow:
                            break


def milliseconds(taken, share):
    taken = sorted(taken)
    return 1000 * taken[min(int(len(taken) * share), len(taken) - 1)]


def table(both):
    """Return what was measured, a dictionary for each page."""
    rows = []
    for (small, _page), (large, page) in both:
        row = {"page": page.name, "who": page.who, **large.facts[page.name]}
        row["queries_small"] = small.facts[page.name]["queries"]
        row["rows_small"] = small.facts[page.name]["rows"]
        for name, side in (("small", small), ("large", large)):
            for way in ("ours", "plain", "bare", "empty"):
                if taken := side.took.get((page.name, way)):
                    row[f"{way}_{name}"] = round(milliseconds(taken, 0.5), 2)
                    row[f"{way}_{name}_p95"] = round(milliseconds(taken, 0.95), 2)
        row["ratio"] = round(row["ours_large"] / row["ours_small"], 2)
        if "plain_large" in row:
            row["plain_ratio"] = round(row["plain_large"] / row["ours_large"], 1)
        if "empty_large" in row:
            least = row["empty_large"] + row.get("bare_large", 0)
            row["least_ratio"] = round(row["ours_large"] / least, 2)
        rows.append(row)
    return rows


COLUMNS = [  # heading, width, how it is written
    ("page", 28, lambda row: row["page"]),
    ("small", 7, lambda row: f"{row['ours_small']:.1f}"),
    ("large", 7, lambda row: f"{row['ours_large']:.1f}"),
    ("ratio", 5, lambda row: f"{row['ratio']:.2f}"),
    ("p95", 7, lambda row: f"{row['ours_large_p95']:.1f}"),
    ("queries", 7, lambda row: f"{row['queries']}"),
    ("rows", 6, lambda row: f"{row['rows_small']}→{row['rows']}" if row["rows"] else ""),
    ("kB", 5, lambda row: f"{row['bytes'] / 1000:.0f}"),
    ("plain", 8, lambda row: f"{row['plain_large']:.1f}" if "plain_large" in row else ""),
    ("times", 6, lambda row: f"{row['plain_ratio']:.1f}" if "plain_ratio" in row else ""),
    ("bare", 7, lambda row: f"{row['bare_large']:.1f}" if "bare_large" in row else ""),
    ("empty", 7, lambda row: f"{row['empty_large']:.1f}" if "empty_large" in row else ""),
    ("of both", 7, lambda row: f"{row['least_ratio']:.2f}" if "least_ratio" in row else ""),
]


def show(rows):
    """Print the table and, beneath it, what does not stay flat."""
    print(SEPARATOR.join(f"{name:<{width}}" for name, width, _write in COLUMNS))
    for row in rows:
        cells = [(write(row), width) for _name, width, write in COLUMNS]
        first, *others = cells
        print(SEPARATOR.join([f"{first[0]:<{first[1]}}", *(f"{c:>{w}}" for c, w in others)]))
    for row in rows:
        if row["ratio"] > 1.2:
            more = " (it shows more rows)" if row["rows"] != row["rows_small"] else ""
            print(f"grows: {row['page']}, {row['ratio']:.2f} times{more}")
        if row["queries"] != row["queries_small"]:
            print(f"queries grow: {row['page']}, {row['queries_small']} to {row['queries']}")
        for scan in row.get("scans", ()):
            print(f"scans: {row['page']} reads {scan}")


def show_plans(rows):
    for row in rows:
        if "plan" in row:
            print(f"\n== {row['page']}\n{row['slowest']}\n{row['plan']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--drivers", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000, help="drivers and cases beside it")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=7, help="in each round")
    parser.add_argument("--slow", type=float, default=2, help="seconds; asked for once a round")
    parser.add_argument("--days", type=int, default=1095, help="that the cases come from")
    parser.add_argument("--keep", default="", help="a name; the databases stay for the next run")
    parser.add_argument("--only", default="", help="pages that have this in their name")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--json", type=Path, help="a file for all the figures")
    options = parser.parse_args()
    days = max(1, round(options.days * options.small / options.cases))
    small = Side(options.small, options.small, days)
    old = Side(options.small, options.small, options.days)
    large = Side(options.drivers, options.cases, options.days)
    with databases(small, large, old, keep=options.keep):
        import logging

        from django.db import connection

        logging.disable()
        for side in (small, old, large):
            side.enter()
            side.fill()
            side.prepare()
            side.pages = [page for page in side.pages if options.only in page.name]
        both = list(pairs(small, old, large))
        measure(both, options.rounds, options.repeats, options.slow)
        for pair in both:
            for side, page in pair:
                side.enter()
                look(side, page, options.explain and side is large)
        rows = table(both)
        print(f"milliseconds on {connection.vendor}, medians; plain and bare at the large size")
        show(rows)
        if options.explain:
            show_plans(rows)
        if options.json:
            options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
