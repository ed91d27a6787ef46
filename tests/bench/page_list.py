"""Which pages are measured, as whom, and what each is compared with."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import Length, Substr

DRIVERS, CASES = "/admin/drivers/driver/", "/admin/cases/case/"
RECORDS = "/admin/audit/accessrecord/"


@dataclass(frozen=True)
class Page:
    """
    One page: who asks for it and by which address, or as which form it is posted.

    :param plain: the plain admin's page for the same, "" where it has none
    :param bare: the statement and its parameters that the page cannot do without
    :param post: returns address and fields of the next form that is posted
    :param is_of_a_time: whether it tells of a year, however many cases there were
    :param is_loose: whether LOOSE_SEARCH is set
    """

    name: str
    who: str
    url: str = ""
    plain: str = ""
    bare: tuple = ()
    post: object = None
    plain_post: object = None
    may_be: tuple = field(default=(200,))
    is_of_a_time: bool = False
    is_loose: bool = False


def with_loose(page):
    """
    Yield the search for one part of a name or number as it is shipped and as LOOSE_SEARCH has it.

    Shipped, it tells how many fit and asks for a second part; only loose it shows them, as the
    plain admin does.
    """
    yield replace(page, plain="", bare=())
    yield replace(page, name=f"{page.name}, loose", is_loose=True)


class Rows:
    """The rows that the pages of one database are asked for."""

    def __init__(self):
        from backoffice.audit.models import AccessRecord
        from cases.models import Approval, Case
        from drivers.models import Correction, Driver, DriverName

        self.drivers, self.cases = Driver.objects.count(), Case.objects.count()
        with_text = Correction.objects.exclude(case=None).latest("pk")
        self.driver, self.first = with_text.driver, Driver.objects.order_by("pk")[0].pk
        self.digits = self.driver.phone_digits
        self.e164 = self.driver.phone.as_e164
        self.last4 = self.digits[-4:]
        open_cases = Case.objects.exclude(state="closed").exclude(driver=None)
        self.case = open_cases.latest("pk")
        # Whoever has most: a page of his own queue is full in a young centre, too.
        owned = open_cases.exclude(owner=None).values("owner").annotate(count=Count("pk"))
        self.owner = owned.order_by("-count", "owner")[0]["owner"]
        self.open_case = open_cases.filter(state="diagnosing", owner=self.owner).latest("pk")
        corrected = Correction.objects.filter(case__state="closed", case__recontact_no=0)
        self.closed = corrected.latest("pk").case
        names = DriverName.objects.annotate(
            part=Substr("tail", 1, 2), sounds=Substr("initials", 1, 3), length=Length("tail")
        )
        self.frequent_part = _ends(names.filter(length=2), "part")[-1]
        self.rare_name, *_more, self.frequent_name = _ends(names.filter(length=3), "tail")
        self.frequent_initials = _ends(names.filter(length=3), "sounds")[-1]
        self.approval = Approval.objects.latest("pk")
        self.record = AccessRecord.objects.exclude(driver=None).latest("pk")
        self.spare = iter(
            list(
                Driver.objects.filter(corrections=None, state="active").values_list(
                    "pk", "version", "birthdate", "service_type", "affiliation", "company"
                )[:2000]
            )
        )

    def correction(self):
        """Return the form that corrects the birthdate of a driver, another one each time."""
        pk, version, birthdate, service, affiliation, company = next(self.spare)
        return f"{DRIVERS}{pk}/change/", {
            "birthdate": _another_day(birthdate).isoformat(),
            "reason": "측정",
            "version": version,
            "service_type": service,
            "affiliation": affiliation,
            "company": company,
        }

    def plain_correction(self):
        from drivers.models import Driver

        pk, _version, birthdate, *_rest = next(self.spare)
        driver = Driver.objects.get(pk=pk)
        return f"/plain/drivers/driver/{pk}/change/", {
            "name": driver.name,
            "phone": driver.phone_digits,
            "birthdate": _another_day(birthdate).isoformat(),
            "service_type": driver.service_type,
            "affiliation": driver.affiliation,
            "company": driver.company,
            "vehicle_no": driver.vehicle_no,
        }


def _ends(names, field):
    """Return the rarest and the most frequent of what ``names`` have in ``field``."""
    counted = names.values_list(field).annotate(n=Count("pk")).order_by("n", field)
    return counted.first()[0], counted.last()[0]


def _another_day(birthdate):
    return birthdate.replace(day=birthdate.day - 1 if birthdate.day > 1 else 2)


def _last_page(count):
    """Return the number of the last page that a list of ``count`` rows has."""
    from backoffice.long_lists import LatestPaginator
    from backoffice.site import ModelAdmin

    return min(count, LatestPaginator.MOST) // ModelAdmin.list_per_page


def _of_drivers(where, *params, order="id DESC"):
    return f"SELECT * FROM drivers_driver WHERE {where} ORDER BY {order} LIMIT 25", params


def _of_cases(where, *params, join=""):
    return (
        f"SELECT c.*, d.name, d.phone FROM cases_case c LEFT JOIN drivers_driver d "
        f"ON d.id = c.driver_id {join} WHERE {where} ORDER BY c.id DESC LIMIT 25",
        params,
    )


def _by_name(column, prefix):
    named = f"SELECT driver_id FROM drivers_drivername WHERE {column} LIKE %s"
    return _of_drivers(f"id IN ({named})", f"{prefix}%")


def driver_pages(rows):
    """Return the pages around drivers, the searches first."""
    plain, driver = "/plain/drivers/driver/", rows.driver
    last4 = "phone_last4 = %s OR vehicle_last4 = %s"
    deep = _last_page(rows.drivers)
    both = f"{rows.last4} {driver.name}"
    names = [
        ("frequent part", rows.frequent_part),
        ("rare", rows.rare_name),
        ("no match", "뷁뷁"),
    ]
    return [
        Page(
            "screen pop", "agent", f"/admin/call/?phone={rows.digits}",
            f"{plain}?q={rows.digits[1:]}", _of_drivers("phone = %s", rows.e164),
        ),
        Page(
            "search: whole phone", "agent", f"{DRIVERS}?q={rows.digits}",
            f"{plain}?q={rows.digits[1:]}", _of_drivers("phone = %s", rows.e164),
        ),
        Page(
            "search: phone, no match", "agent", f"{DRIVERS}?q=01012345678",
            f"{plain}?q=1012345678", _of_drivers("phone = %s", "+821012345678"),
        ),
        *with_loose(Page(
            "search: last four", "agent", f"{DRIVERS}?q={rows.last4}",
            f"{plain}?q={rows.last4}", _of_drivers(last4, rows.last4, rows.last4),
        )),
        *(
            page
            for kind, part in names
            for page in with_loose(Page(
                f"search: name, {kind}", "agent", f"{DRIVERS}?q={part}", f"{plain}?q={part}",
                _by_name("tail", part),
            ))
        ),
        *with_loose(Page(
            "search: initials", "agent", f"{DRIVERS}?q={rows.frequent_initials}", "",
            _by_name("initials", rows.frequent_initials),
        )),
        Page(
            "search: initials, no match", "agent", f"{DRIVERS}?q=ㅋㅋㅋㅋ", "",
            _by_name("initials", "ㅋㅋㅋㅋ"),
        ),
        Page(
            "search: last four and name", "agent", f"{DRIVERS}?q={both}",
            f"{plain}?q={both}",
            _of_drivers("phone_last4 = %s AND name_key LIKE %s", rows.last4, f"{driver.name}%"),
        ),
        Page(
            "search: vehicle number", "agent", f"{DRIVERS}?q={driver.vehicle_no}",
            f"{plain}?q={driver.vehicle_no}",
            _of_drivers("vehicle_last4 = %s AND vehicle_key = %s", driver.vehicle_last4,
                        driver.vehicle_key),
        ),
        Page(
            "driver page", "agent", f"{DRIVERS}{driver.pk}/change/",
            f"{plain}{driver.pk}/change/", _of_drivers("id = %s", driver.pk),
        ),
        Page("driver list", "lead", DRIVERS, plain, _of_drivers("true")),
        Page(
            "driver list, filtered", "lead", f"{DRIVERS}?state__exact=suspended",
            f"{plain}?state__exact=suspended", _of_drivers("state = 'suspended'"),
        ),
        Page(
            "driver list, deep page", "lead", f"{DRIVERS}?p={deep}",
            f"{plain}?p={deep * 25 // 100}", _of_drivers("id < %s", rows.drivers - 25 * deep),
        ),
        Page(
            "a correction is saved", "agent", post=rows.correction,
            plain_post=rows.plain_correction, may_be=(302,),
        ),
    ]  # fmt: skip


def case_pages(rows):
    """Return the pages around cases."""
    plain, driver = "/plain/cases/case/", rows.driver
    waiting = "id IN (SELECT case_id FROM cases_approval WHERE state = 'pending')"
    queues = {
        "mine": _of_cases("c.state <> 'closed' AND c.owner_id = %s", rows.owner),
        "unassigned": _of_cases("c.state <> 'closed' AND c.owner_id IS NULL"),
        "call_back": _of_cases("c.state <> 'closed' AND c.follow_up_at <= now()"),
        "approval": _of_cases(f"c.state <> 'closed' AND c.{waiting}"),
        "undelivered": _of_cases(
            "c.state <> 'closed' AND c.id IN (SELECT case_id FROM sms_message "
            "WHERE state IN ('unknown', 'failed', 'undelivered'))"
        ),
        "unposted": _of_cases(
            "c.state <> 'closed' AND c.id IN (SELECT case_id FROM cases_agitpost "
            "WHERE state IN ('unknown', 'failed', 'undelivered') AND erased_at IS NULL)"
        ),
    }
    deep = _last_page(rows.cases)
    named = "c.driver_id IN (SELECT driver_id FROM drivers_drivername WHERE tail LIKE %s)"
    return [
        Page("case list", "agent", CASES, plain, _of_cases("true")),
        *(
            Page(f"queue: {name}", "owner", f"{CASES}?queue={name}", "", bare)
            for name, bare in queues.items()
        ),
        Page(
            "case list, open ones", "agent", f"{CASES}?state__exact=diagnosing",
            f"{plain}?state__exact=diagnosing", _of_cases("c.state = 'diagnosing'"),
        ),
        Page(
            "case list, of one end", "lead", f"{CASES}?resolution__exact=answered",
            f"{plain}?resolution__exact=answered", _of_cases("c.resolution = 'answered'"),
        ),
        Page(
            "case list, deep page", "lead", f"{CASES}?p={deep}",
            f"{plain}?p={deep * 25 // 100}", _of_cases("c.id < %s", rows.cases - 25 * deep),
        ),
        Page(
            "case search: number", "agent", f"{CASES}?q={rows.case.number}",
            f"{plain}?q={rows.case.number}", _of_cases("c.number = %s", rows.case.number),
        ),
        Page(
            "case search: driver's phone", "agent", f"{CASES}?q={rows.digits}",
            f"{plain}?q={rows.digits[1:]}", _of_cases("c.driver_id = %s", driver.pk),
        ),
        Page(
            "case search: last four and name", "agent",
            f"{CASES}?q={rows.last4} {driver.name}", f"{plain}?q={rows.last4} {driver.name}",
            _of_cases("d.phone_last4 = %s AND d.name_key LIKE %s", rows.last4, f"{driver.name}%"),
        ),
        *with_loose(Page(
            "case search: last four", "agent", f"{CASES}?q={rows.last4}",
            f"{plain}?q={rows.last4}",
            _of_cases("d.phone_last4 = %s OR d.vehicle_last4 = %s", rows.last4, rows.last4),
        )),
        *with_loose(Page(
            "case search: name", "agent", f"{CASES}?q={rows.frequent_name}",
            f"{plain}?q={rows.frequent_name}", _of_cases(named, f"{rows.frequent_name}%"),
        )),
        *with_loose(Page(
            "case search: name part", "agent", f"{CASES}?q={rows.frequent_part}",
            f"{plain}?q={rows.frequent_part}", _of_cases(named, f"{rows.frequent_part}%"),
        )),
        *with_loose(Page(
            "case search: initials", "agent", f"{CASES}?q={rows.frequent_initials}", "",
            _of_cases(named.replace("tail", "initials"), f"{rows.frequent_initials}%"),
        )),
        Page(
            "case page, open", "agent", f"{CASES}{rows.open_case.pk}/change/",
            f"{plain}{rows.open_case.pk}/change/", _of_cases("c.id = %s", rows.open_case.pk),
        ),
        Page(
            "case page, closed", "agent", f"{CASES}{rows.closed.pk}/change/",
            f"{plain}{rows.closed.pk}/change/", _of_cases("c.id = %s", rows.closed.pk),
        ),
        Page(
            "case desk", "agent", f"{CASES}{rows.open_case.pk}/desk/", "",
            _of_cases("c.id = %s", rows.open_case.pk),
        ),
    ]  # fmt: skip


def figure_pages(rows):
    """Return the leads' page of the figures, for periods that do not grow with the cases."""
    url, today = f"{CASES}figures/", date.today()
    bare = (
        "SELECT about, channel, day, counts FROM cases_dayfigures "
        "WHERE person = 0 AND version = 0 AND day BETWEEN %s AND %s"
    )
    year = today - timedelta(days=365)
    return [
        Page("figures, today", "lead", f"{url}?period=today", "", (bare, (today, today))),
        Page(
            "figures, 30 days", "lead", f"{url}?period=30d", "",
            (bare, (today - timedelta(days=29), today)),
        ),
        Page(
            "figures, a year", "lead", f"{url}?period=custom&from={year}&to={today}", "",
            (bare, (year, today)), is_of_a_time=True,
        ),
        Page(
            "figures, of one owner", "lead", f"{url}?period=30d&person={rows.owner}", "",
            (bare.replace("person = 0", "person IN (0, %s)"),
             (rows.owner, today - timedelta(days=29), today)),
        ),
    ]  # fmt: skip


def other_pages(rows):
    """Return the first page of each role, the leads' lists and the officer's."""
    month = date.today().strftime("%Y-%m")  # as long ago as the smaller side goes, at least
    records = "SELECT * FROM audit_accessrecord {} ORDER BY at DESC, id DESC LIMIT 25"
    record, mine = rows.record, "WHERE {} = %s"
    return [
        Page("first page, agent", "agent", "/admin/"),
        Page("first page, lead", "lead", "/admin/"),
        Page("first page, officer", "officer", "/admin/"),
        Page(
            "approval queue", "lead", "/admin/cases/approval/queue/", "",
            ("SELECT * FROM cases_approval WHERE state = 'pending' ORDER BY id", ()),
        ),
        Page(
            "approval list", "lead", "/admin/cases/approval/", "/plain/cases/approval/",
            ("SELECT * FROM cases_approval ORDER BY id DESC LIMIT 25", ()),
        ),
        Page(
            "correction list", "lead", "/admin/drivers/correction/", "/plain/drivers/correction/",
            ("SELECT * FROM drivers_correction ORDER BY id DESC LIMIT 25", ()),
        ),
        Page(
            "message list", "lead", "/admin/sms/message/", "/plain/sms/message/",
            ("SELECT * FROM sms_message ORDER BY id DESC LIMIT 25", ()),
        ),
        Page(
            "messages for a person", "lead", "/admin/sms/message/?attention=person", "",
            ("SELECT * FROM sms_message WHERE state IN ('unknown', 'failed', 'undelivered') "
             "ORDER BY id DESC LIMIT 25", ()),
        ),
        Page("sending", "lead", "/admin/sms/message/operations/"),
        Page("access records", "officer", RECORDS, "/plain/audit/accessrecord/",
             (records.format(""), ())),
        Page(
            "access records, a person", "officer", f"{RECORDS}?by__id__exact={record.by_id}", "",
            (records.format(mine.format("by_id")), (record.by_id,)),
        ),
        Page(
            "access records, a driver", "officer", f"{RECORDS}?driver={record.driver_id}", "",
            (records.format(mine.format("driver_id")), (record.driver_id,)),
        ),
        Page(
            "access records, an action", "officer", f"{RECORDS}?action__exact=reveal", "",
            (records.format(mine.format("action")), ("reveal",)),
        ),
        Page(
            "access records, off hours", "officer", f"{RECORDS}?hours=off", "",
            (records.format(""), ()),
        ),
        Page(
            "monthly review", "officer", f"{RECORDS}review/?month={month}", "",
            ("SELECT person, uses FROM audit_personmonth WHERE month >= %s",
             (f"{month}-01",)), is_of_a_time=True,  # it says what was usual for three months
        ),
    ]  # fmt: skip


def theme_pages(rows):
    """Return what the theme's ``ModelAdmin`` has by itself, see ``plain_admin``."""
    theme = "/admin/drivers/themedriver/"
    urls = {"list of none": "?state=none", "list": "", "form": f"{rows.first}/change/"}
    return [Page(f"theme: {name}", "plain", theme + url) for name, url in urls.items()]


def all_pages(rows):
    pages = driver_pages, case_pages, figure_pages, other_pages, theme_pages
    return [page for of_a_kind in pages for page in of_a_kind(rows)]
