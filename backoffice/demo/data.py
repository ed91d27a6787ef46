"""The demo's people and drivers: all names invented, and 010-0 numbers reach nobody."""

import random
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from backoffice.staff import roles
from backoffice.staff.models import User
from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from cases.playbooks import engine
from cases.services import open_case
from drivers.models import Driver, DriverName

PASSWORD = "demo-pass-1234"  # noqa: S105  # nosec B105 # public; opens nothing but the demo
ACCOUNTS = [  # username, name, group
    ("agent", "김상담", roles.AGENT),
    ("agent2", "이응대", roles.AGENT),
    ("lead", "박팀장", roles.TEAM_LEAD),
    ("lead2", "최팀장", roles.TEAM_LEAD),
    ("privacy", "정보호", roles.PRIVACY_OFFICER),
    ("admin", "한관리", roles.ADMINISTRATOR),
]

SURNAMES = "김김김김이이이박박최최정정강조윤장임한오서신권황안송류홍전고문양손배백허남심노"
FIRST = "민서지도예하준유현수성영재태승동경은정미혜선상진인형"
SECOND = "준서윤우호현진수민영희자훈철석규빈아연지원은혁태식기"
# Numbers that the demo's gateway treats in its own way, see ``gateway``.
FAULTS = ["9404", "9410", "9429", "9500", "9408", "9444", "9999"]

COMPANIES = ["한빛운수", "새길택시", "동방교통", "미래운수", "가온택시", "누리교통", "한강운수"]
REGIONS = ["서울", "경기", "인천", "부산", "대구", "광주", "대전"]
BATCH = 1000


@transaction.atomic
def load_accounts():
    """Create the demo's accounts where they are missing."""
    for username, name, group in ACCOUNTS:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={"name": name, "is_staff": True, "is_demo": True, "password": "!"},  # nosec B105 # none
        )
        if created:
            user.password = make_password(PASSWORD)
            user.save()
            user.groups.set([Group.objects.get(name=group)])


@transaction.atomic
def load_agents(count):
    """Create ``count`` more agents where they are missing; nobody can sign in as one of them."""
    group = Group.objects.get(name=roles.AGENT)
    for number in range(1, count + 1):
        user, created = User.objects.get_or_create(
            username=f"agent-{number:03d}",
            defaults={
                "name": f"상담원 {number}",
                "is_staff": True,
                "is_demo": True,
                "password": make_password(None),
            },
        )
        if created:
            user.groups.set([group])


def load_drivers(count, *, progress):
    """
    Load ``count`` drivers, in batches; the same ones at every call.

    :param progress: called with the number loaded so far
    """
    dice = random.Random(1644_8830)  # noqa: S311  # nosec B311 # repeatable, not secret
    today = timezone.localdate()
    for start in range(0, count, BATCH):
        batch = [_driver(place, dice, today) for place in range(start, min(start + BATCH, count))]
        with transaction.atomic():
            Driver.objects.bulk_create(batch)
            DriverName.objects.bulk_create(
                [row for driver in batch for row in DriverName.of(driver)]
            )
        progress(start + len(batch))
    for ending in FAULTS:
        driver = _driver(1, dice, today)
        driver.phone = f"+82100999{ending}"
        driver.save()


def _driver(place, dice, today):
    if place == 0:
        # The one whom the README's tour looks for.
        driver = Driver(
            name="홍길동",
            phone="+821000001234",
            birthdate=date(1980, 5, 3),
            service_type=Driver.ServiceType.BLUE_PARTNERS,
            company=COMPANIES[0],
            vehicle_no="서울12바3456",
        )
    else:
        owner = dice.random() < 0.3
        number = place if place < 1234 else place + 1
        state = dice.choices(Driver.State.values, weights=[94, 4, 2])[0]
        driver = Driver(
            name=dice.choice(SURNAMES)
            + dice.choice(FIRST)
            + (dice.choice(SECOND) if dice.random() < 0.97 else ""),
            phone=f"+82100{number:07d}",
            birthdate=today - timedelta(days=dice.randint(22 * 366, 74 * 365)),
            service_type=dice.choices(Driver.ServiceType.values, weights=[40, 25, 12, 8, 7, 4, 4])[
                0
            ],
            affiliation=Driver.Affiliation.OWNER if owner else Driver.Affiliation.COMPANY,
            company="" if owner else dice.choice(COMPANIES),
            vehicle_no=(
                f"{dice.choice(REGIONS)}{dice.randint(10, 99)}{dice.choice('바사아자')}"
                f"{dice.randint(1000, 9999)}"
            ),
            state=state,
        )
    driver.set_search_keys()
    return driver


def load_cases(count=40):
    """Open some cases through the real services, and work on most of them."""
    dice = random.Random(1800_3400)  # noqa: S311  # nosec B311 # repeatable, not secret
    agents = list(User.objects.filter(username__in=["agent", "agent2"]).order_by("username"))
    types = list(ConsultationType.objects.filter(is_leaf=True).order_by("path"))
    drivers = list(Driver.objects.order_by("pk")[1 : count + 1])
    ways = random.Random(1644_8830)  # noqa: S311  # nosec B311 # repeatable, not secret
    for driver in drivers:
        agent = dice.choice(agents)
        case = Case(
            driver=driver,
            channel=dice.choices(Case.Channel.values, weights=[9, 1])[0],
            presented_phone=driver.phone,
            consultation_type=dice.choice(
                [each for each in types if each.name == driver.service_type]
            ),
        )
        open_case(case, by=agent)
        if dice.random() < 0.8:
            case = perform(case, "start", by=agent)
            is_to_end = dice.random() < 0.6
            if lead_through(case, ways, by=agent, is_to_end=is_to_end):
                continue
            if is_to_end:
                perform(case, "close", by=agent, resolution=Case.Resolution.GUIDED)


def lead_through(case, dice, *, by, is_to_end):
    """
    Walk the playbook of ``case`` as far as talking leads; return whether that closed the case.

    Stops before anything is compared, changed or asked of a lead.
    """
    walk = engine.begin(case, engine.playbook_for(case).first(), by=by)
    for _answer in range(12):
        step = walk.step
        page = {"step": step.key, "last": engine.last_answer(walk)}
        if step.kind == "do" and step.action == "close" and is_to_end:
            engine.take(case, "", by=by, **page)
            return True
        if step.kind not in {"say", "ask"}:
            return False
        values = step.choices.order_by("position").values_list("value", flat=True)
        walk = engine.take(case, dice.choice(values), by=by, **page)
    return False
