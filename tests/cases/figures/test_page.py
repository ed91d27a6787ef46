"""The leads' page: who gets in, what it shows, and that each figure's list has its rows."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice.workflow.transitions import perform
from cases import approvals
from cases.figures import keeping
from cases.models import Approval, Case, ConsultationType, DayFigures

pytestmark = pytest.mark.django_db

URL = reverse("admin:cases_case_figures")


@pytest.fixture
def page(lead, signed_in):
    """page(period="30d", …): the answer, after the counter has caught up."""

    def read(**asked):
        keeping.catch_up()
        return signed_in(lead).get(f"{URL}?{urlencode(asked)}")

    return read


@pytest.fixture
def rows_at(lead, signed_in):
    """rows_at(url): how many rows the list behind an address has."""

    def read(url):
        answer = signed_in(lead).get(url)
        assert answer.status_code == 200, url
        return answer.context["cl"].result_count

    return read


@pytest.mark.parametrize(
    ("who", "status"),
    [("agent", 403), ("privacy_officer", 403), ("administrator", 403), ("lead", 200)],
)
def test_is_for_team_leads(who, status, request, signed_in):
    client = signed_in(request.getfixturevalue(who))

    assert client.get(URL).status_code == status
    assert (URL in client.get("/admin/").content.decode()) is (status == 200)


def test_nobody_else_is_let_in(client):
    assert client.get(URL).status_code == 302


@pytest.fixture
def busy(make_case, walk, corrected, escalated, text, agent, other_agent, lead, driver):
    """A day on which everything happened that the page counts."""
    walk("next", "yes", "")
    again = walk("next", "yes", "")
    recontact = make_case("start", driver=again.driver, consultation_type=again.consultation_type)
    perform(recontact, "close", by=agent, resolution="guided")
    perform(walk("next"), "close", by=agent, resolution="no_response")
    make_case("start", by=other_agent, channel="mail")
    make_case()
    perform(make_case("start"), "close", by=agent, resolution="guided")
    make_case(driver=corrected().driver)
    approval = Approval.objects.get(case=escalated(agent))
    approvals.decide(approval, "approve", by=lead, reason="확인", version=None)
    escalated(agent)
    for state in ("delivered", "delivered", "failed", "unknown"):
        text(state)


def figures_with_lists(context):
    """Yield what each figure of the page is called, its number, and the address of its list."""
    for each in context["overview"]:
        yield each["label"], each["n"], each["url"]
    for bar in context["by_state"]["bars"]:
        for each in (bar, *bar["states"]):
            if each["n"]:  # no link to an empty list
                yield f"bar {each.get('state')}", each["n"], each["url"]
    for each in context["by_state"]["legend"]:
        yield each["label"], each["n"], each["url"]
    for each in (*context["by_type"], *context["lengths"], *context["texts"]):
        yield each["label"], each["n"], each["url"]
    for each in context["first_contacts"]:
        yield f"first: {each['label']}", each["n"], each["url"]
        yield f"solved: {each['label']}", each["solved"], each["solved_url"]
    for each in context["pending"]["rows"]:
        yield f"pending {each['label']}", each["n"], each["url"]
    yield "decisions", context["decisions"]["n"], context["decisions"]["url"]
    for each in (*context["flow"]["ends"], *context["flow"]["ways"]):
        yield str(each["step"]), each["n"], each["url"]


@pytest.mark.parametrize("filters", [{}, {"channel": "mail"}, {"person": "agent"}])
def test_each_figure_leads_to_its_rows(filters, busy, page, rows_at, agent, version):
    if "person" in filters:
        filters = {"person": agent.pk}
    context = page(**filters, version=version.pk).context

    found = list(figures_with_lists(context))

    assert [(name, n, url) for name, n, url in found if rows_at(url) != n] == []
    names = {name for name, n, _url in found if n}
    if not filters:
        assert {"decisions", "pending 15분 이내", f"solved: {version}", "Title of works"} < names
    assert len([n for _name, n, _url in found if n]) > (30 if not filters else 5)


def test_the_versions_own_page_counts_the_calls_that_are_under_way(walk, version, signed_in, lead):
    for values in (["next", "yes", ""], ["next"], ["next"], ["next", "no"]):
        walk(*values)

    page = signed_in(lead).get(f"/admin/cases/playbookversion/{version.pk}/change/")

    nodes = {node.step.key: node for node in page.context["graph"]["nodes"]}
    assert {key: node.here for key, node in nodes.items()} == {"hello": 1, "works": 2, "end": 0}
    assert [way.taken for way in nodes["hello"].ways] == [3]
    assert {way.answer: way.taken for way in nodes["works"].ways} == {"예": 0, "아니요": 1}
    [ended] = re.findall(rf'href="({URL}[^"]*version={version.pk})"', page.content.decode())
    flow = signed_in(lead).get(ended.replace("&amp;", "&")).context["flow"]
    assert flow["version"] == version


def test_answers_of_the_time_before_are_not_read(busy, page, signed_in, lead, version):
    way = page(version=version.pk).context["flow"]["ways"][0]

    with CaptureQueriesContext(connection) as asked:
        signed_in(lead).get(way["url"])

    read = [each["sql"] for each in asked if '"cases_answer"' in each["sql"]]
    assert len(read) == 2  # how many, and which
    assert all('."at" >= ' in sql for sql in read)


@pytest.mark.parametrize(
    "first_day", ["", "nonsense", "2026-02-30 00:00", "2020-01-01 00:00:00+09:00"]
)
def test_whatever_first_day_an_address_names_an_answer_is_looked_for(
    first_day, busy, page, signed_in, lead, version
):
    way = page(version=version.pk).context["flow"]["ways"][0]
    query = parse_qs(urlsplit(way["url"]).query)
    asked = {"took": query["took"], **({"created_at__gte": first_day} if first_day else {})}

    answer = signed_in(lead).get("/admin/cases/case/", asked, follow=True)

    assert answer.status_code == 200
    if first_day in {"", "2020-01-01 00:00:00+09:00"}:
        assert answer.context["cl"].result_count == way["n"]


def test_the_sums_are_those_of_the_rows(busy, page):
    context = page().context

    assert context["figures"].opened == Case.objects.count()
    tiles = {str(each["label"]): each["n"] for each in context["overview"]}
    assert tiles["종결"] == Case.objects.filter(state="closed").count()
    assert (
        tiles["정보 변경 후 재인입"] == Case.objects.filter(follows_correction=True).count() == 1
    )
    assert context["pending"]["n"] == 1


def test_asks_as_often_for_many_as_for_few(page, walk, make_case, text, make_user, agent):
    def queries():
        page()
        with CaptureQueriesContext(connection) as asked:
            page()
        return len(asked)

    def happen(times, name):
        for number in range(times):
            by = make_user("agent", f"{name}{number}")
            walk("next", "yes", "")
            make_case("start", by=by, channel="mail")
            text(["delivered", "failed", "unknown"][number % 3])

    happen(2, "few")
    few = queries()
    happen(10, "many")

    assert queries() == few


def test_shows_no_driver_and_needs_no_record(busy, page, driver):
    text = page().content.decode()

    assert driver.name not in text
    assert driver.phone_digits not in text


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"period": "today"}, 1),
        ({}, 7),
        ({"period": "30d"}, 30),
        ({"period": "custom", "from": "2026-10-01", "to": "2026-10-03"}, 3),
        ({"period": "custom", "from": "2026-10-03", "to": "2026-10-01"}, 7),
        ({"period": "custom", "from": "2026-02-30", "to": "x"}, 7),
        ({"period": "custom", "from": "2020-01-01", "to": "2026-10-01"}, 7),
        ({"period": "nonsense", "person": "-1", "channel": "x", "version": "9" * 30}, 7),
    ],
)
def test_periods(asked, days, page):
    answer = page(**asked)

    shown = answer.context["asked"]
    assert (shown.last - shown.first).days + 1 == days
    is_wrong = asked.get("period") == "custom" and days == 7
    assert ('class="refusal" role="alert"' in answer.content.decode()) is is_wrong


def test_days_that_have_a_name_go_on_with_time(page):
    today = timezone.localdate()
    week = {"period": "custom", "from": today - timedelta(days=6), "to": today}

    assert page(**week).context["asked"].period == "7d"
    assert page(**week | {"to": today - timedelta(days=1)}).context["asked"].period == "custom"


def test_only_the_days_asked_for_count(make_case, opened, page):
    opened(make_case(), "2026-10-05 10:00")
    opened(make_case("start"), "2026-10-07 10:00")
    make_case()

    asked = {"period": "custom", "from": "2026-10-05", "to": "2026-10-06"}

    assert page(**asked).context["figures"].opened == 1


@pytest.mark.parametrize(
    ("first", "last", "steps"),
    [
        ("2026-10-01", "2026-10-31", 31),
        ("2026-10-01", "2026-11-01", 5),  # weeks, from Monday; the first is short
        ("2026-01-15", "2026-06-14", 6),  # months
    ],
)
def test_long_periods_are_drawn_by_weeks_and_months(first, last, steps, make_case, opened, page):
    opened(make_case(), f"{last} 10:00")

    context = page(period="custom", **{"from": first, "to": last}).context

    bars = context["by_state"]["bars"]
    assert len(bars) == steps
    assert [bar["n"] for bar in bars] == [0] * (steps - 1) + [1]


def test_the_filters_stay_in_the_address(busy, page, agent):
    text = page(period="30d", person=agent.pk, channel="phone").content.decode()

    assert f"?period=today&amp;person={agent.pk}&amp;channel=phone" in text
    assert re.search(rf'<option value="{agent.pk}" selected>', text)


def test_an_owner_and_a_channel_narrow_the_cases_and_not_the_texts(busy, page, other_agent):
    context = page(person=other_agent.pk, channel="mail").context

    assert context["figures"].opened == 1
    assert sum(each["n"] for each in context["texts"]) == 5


def test_an_empty_page_says_what_to_do(page):
    text = page().content.decode()

    assert "이 기간에 등록된 상담 건이 없습니다." in text
    assert "승인을 기다리는 요청이 없습니다." in text
    assert "이 기간에 보낸 문자가 없습니다." in text


def test_says_when_nobody_counts(signed_in, lead):
    assert "집계한 적이 없습니다" in signed_in(lead).get(URL).content.decode()


def test_the_flow_is_that_of_the_version_asked_for(walk, version, page, make_case, agent):
    walk("next", "no", "next", "yes", "")

    text = page(version=version.pk).content.decode()

    steps = {step.key: step for step in version.steps.all()}
    [ways] = re.findall(r'id="flow">(.*?)</section>', text, re.DOTALL)
    assert "상담 1건" in ways
    [picture] = re.findall(r'<svg class="graph".*?</svg>', ways, re.DOTALL)  # not its legend
    assert re.findall(r'class="here-count"[^>]*>(\d+)<', picture) == ["1"]
    assert len(re.findall('class="edge taken"', picture)) == 3
    assert f"ended={steps['end'].pk}" in ways


def test_a_day_counted_before_a_version_was_deleted_still_opens(page, make_case):
    make_case()
    keeping.catch_up()
    row = DayFigures.objects.get(person=0)
    row.counts |= {"walked:999": 3, "first:999": 1}
    row.save()

    assert page(version=999).status_code == 200


def test_the_first_page_of_a_lead_tells_of_today(make_case, agent, signed_in, lead):
    make_case()
    perform(make_case("start"), "close", by=agent, resolution="guided")
    keeping.catch_up()

    assert "오늘 등록 2건, 그중 종결 1건" in signed_in(lead).get("/admin/").content.decode()
    assert "오늘 등록" not in signed_in(agent).get("/admin/").content.decode()


YEAR = {"period": "custom", "from": "2025-11-20", "to": "2026-11-10"}


@pytest.mark.parametrize("filters", [{}, {"channel": "mail"}, {"person": "agent"}])
def test_a_year_tells_what_its_days_tell(
    filters, page, walk, opened, make_case, agent, version, text
):
    """The first and the last day asked for lie within a month; the months between are whole."""
    days = ["2025-11-19", "2025-11-20", "2025-12-01", "2026-03-31", "2026-11-01", "2026-11-10"]
    for day in [*days, "2026-11-11"]:
        opened(walk("next", "yes", ""), f"{day} 10:00")
        opened(make_case("start", channel="mail"), f"{day} 11:00")
        text("delivered", queued_at=timezone.datetime.fromisoformat(f"{day} 12:00+09:00"))
    keeping.recount()  # texts of days long past are not looked for
    if "person" in filters:
        filters = {"person": agent.pk}

    context = page(**YEAR, **filters).context

    bars = {bar["label"]: bar["n"] for bar in context["by_state"]["bars"] if bar["n"]}
    each = 1 if "channel" in filters else 2
    assert bars == {
        "11/20–11/30": each,
        "12/1–12/31": each,
        "3/1–3/31": each,
        "11/1–11/10": 2 * each,
    }
    assert context["figures"].opened == 5 * each
    assert sum(row["n"] for row in context["texts"]) == 5
    if "channel" not in filters:
        assert context["flow"]["n"] == 5


def test_a_year_is_read_by_its_months(page, opened, make_case):
    for day in range(1, 31):
        opened(make_case(), f"2026-09-{day:02d} 10:00")
    keeping.catch_up()
    DayFigures.objects.filter(day__month=9).update(counts={})

    assert page(**YEAR).context["figures"].opened == 30


def test_a_type_out_of_use_keeps_the_cases_of_its_time(make_case, page, rows_at):
    used, unused = make_case().consultation_type, ConsultationType.objects.filter(is_leaf=True)[1]
    ConsultationType.objects.filter(pk__in=[used.pk, unused.pk]).update(is_leaf=False)

    shown = {each["url"]: each for each in page().context["by_type"]}

    assert len(shown) == 13
    [(url, its)] = [(url, each) for url, each in shown.items() if each["n"]]
    assert its["label"] == used.name
    assert rows_at(url) == 1
