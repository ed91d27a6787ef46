"""
What the product costs: start, memory after 10,000 pages and texts, the desk over the wire.

    DATABASE_URL=postgresql://… CELERY_BROKER_URL=redis://… python -m tests.bench.cost

Starts gunicorn with one process and a worker over a database of its own with made-up rows, asks
for an agent's pages by turns, and reads the memory of both processes from /proc.
"""

import argparse
import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

from tests.bench.dispatch import free_port, queue_up, slow_gateway, url_of
from tests.bench.load.__main__ import callers, centre, people
from tests.bench.pages import Side, databases

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
AT_ONCE = 8  # as many threads as the process has


def memory_of(sign):
    """Return the MiB of the largest process whose command has ``sign``."""
    sizes = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text().replace("\0", " ")
            if sign in command:
                pages = int((process / "statm").read_text().split()[1])
                sizes.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        except OSError:  # it has ended meanwhile
            continue
    return max(sizes)


async def sign_in(session, host, name):
    async with session.get(f"{host}/admin/login/") as answer:
        token = TOKEN.search(await answer.text())[1]
    fields = {"csrfmiddlewaretoken": token, "username": name, "password": "pass"}
    async with session.post(
        f"{host}/admin/login/", data=fields, headers={"Referer": host}, allow_redirects=False
    ) as answer:
        if answer.status != 302:
            raise SystemExit(f"{name} is not let in.")


async def ask(session, urls, count):
    """Ask for ``urls`` by turns, ``count`` times in all, AT_ONCE at a time."""
    waiting = iter(range(count))

    async def one_after_the_other():
        for number in waiting:
            async with session.get(urls[number % len(urls)]) as answer:
                await answer.read()
                if answer.status != 200 or "/login/" in answer.url.path:
                    raise SystemExit(f"{answer.url} answered {answer.status}")

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def weigh(session, host, url):
    """Print the bytes of a page and of what it loads, and how long a browser may keep it."""
    async with session.get(f"{host}{url}") as answer:
        page = await answer.text()
        print(f"desk: {len(page.encode()) / 1000:.0f} kB, {answer.headers.get('Cache-Control')}")
    assets = sorted(set(ASSET.findall(page)))
    sizes, kept = [], set()
    for asset in assets:
        async with session.get(f"{host}{asset}") as answer:
            await answer.read()
            sizes.append(int(answer.headers["Content-Length"]))
            kept.add(answer.headers.get("Cache-Control"))
            if answer.status != 200:
                raise SystemExit(f"{asset} answered {answer.status}")
            name = asset.rpartition("/")[2]
            coding = answer.headers.get("Content-Encoding", "as it is")
            print(f"  {name:48}{sizes[-1] / 1000:8.1f} kB {coding}")
    print(f"  {len(assets)} assets, {sum(sizes) / 1000:.0f} kB, kept: {', '.join(map(str, kept))}")


async def pages(host, name, phone, desk, count):
    import aiohttp

    urls = [
        f"{host}{url}"
        for url in (
            *(
                "/admin/",
                f"/admin/call/?phone={phone}",
                "/admin/cases/case/",
                desk,
                f"{desk}live/",
            ),
            *("/admin/drivers/driver/?q=1234", f"/admin/drivers/driver/?q={phone}"),
        )
    ]
    async with aiohttp.ClientSession(
        headers={"Accept-Encoding": "gzip"},
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # keeps those of an address, too
    ) as session:
        await sign_in(session, host, name)
        await weigh(session, host, desk)
        done = 0
        for until in (200, count // 10, count // 2, count):
            began = time.perf_counter()
            await ask(session, urls, until - done)
            rate = (until - done) / (time.perf_counter() - began)
            done = until
            print(
                f"web: {memory_of('gunicorn'):.0f} MiB after {done:,} pages, {rate:.0f} a second"
            )


def texts(count):
    from backoffice.sms.models import Message, Template
    from drivers.models import Driver

    driver, template = Driver.objects.first(), Template.objects.get(key="birthdate_changed")
    left = Message.objects.filter(state__in=["queued", "sending"])
    done = 0
    for until in (200, count // 2, count):
        queue_up(driver, template, until - done)
        done = until
        while left.exists():
            time.sleep(0.5)
        print(
            f"worker: {memory_of('celery --app backoffice worker'):.0f} MiB after {done:,} texts"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--count", type=int, default=10_000, help="pages, and texts")
    parser.add_argument("--rows", type=int, default=20_000, help="drivers and cases")
    options = parser.parse_args()
    with slow_gateway(), tempfile.TemporaryDirectory() as folder:
        side = Side(options.rows, options.rows, 1095)
        with databases(side):
            from django.db import connection

            from cases.models import Case

            side.enter()
            side.fill()
            os.environ["DATABASE_URL"] = url_of(connection.settings_dict)
            name = people(1)["agents"][0]
            phone = callers()[0]["phone"]
            case = Case.objects.filter(state="diagnosing").exclude(driver=None).latest("pk")
            port = free_port()
            with centre(port, 1, Path(folder) / "log") as took:
                print(f"from start to first answer: {took:.1f} s")
                desk = f"/admin/cases/case/{case.pk}/desk/"
                asyncio.run(pages(f"http://127.0.0.1:{port}", name, phone, desk, options.count))
                texts(options.count)
            connection.close()


if __name__ == "__main__":
    main()
