"""
What a demo is furnished with for the browser, as a process beside it: a line in, a line out.

Goes through the product's own services, as a person at the desk would.
"""

from datetime import date

from tests.processes.desk import TASKS, serve  # it makes the apps ready for what follows

# isort: split

from backoffice.sms.models import Message
from backoffice.staff.models import User
from backoffice.workflow.transitions import perform
from cases.models import Case, ConsultationType
from cases.services import open_case
from drivers.models import Driver
from drivers.services import correct
from tests.house.world import world
from tests.walks import reach_escalation

FAULTS = ("+821000009404", "+821000009410")  # a number refused for good, one not in service


def add_driver(phone):
    """Add the driver whom every call of these tests is about, under a number of its own."""
    driver = Driver.objects.create(
        name="홍길동",
        phone=phone,
        birthdate=date(1980, 5, 3),
        service_type=Driver.ServiceType.BLUE_PARTNERS,
        company="한빛운수",
        vehicle_no="서울12바3456",
    )
    return {"pk": driver.pk}


def escalate(driver):
    """Let a request wait for a team lead, about a new case of ``driver``."""
    agent, driver = User.objects.get(username="agent"), Driver.objects.get(pk=driver)
    leaf = ConsultationType.objects.filter(is_leaf=True).first()
    case = open_case(
        Case(driver=driver, presented_phone=driver.phone, consultation_type=leaf), by=agent
    )
    case = reach_escalation(perform(case, "start", by=agent))
    perform(case, "escalate", by=agent, reason="확인")
    return {"pk": case.pk}


def lose_text(phone):
    """Let the last text to ``phone`` turn out as one that did not arrive."""
    last = Message.objects.filter(driver__phone=phone).latest("pk")
    Message.objects.filter(pk=last.pk).update(state=Message.State.UNDELIVERED)


def furnish_all():
    """Let there be one row of everything; return the keys by "app_model"."""
    agent, lead = (User.objects.get(username=name) for name in ("agent", "lead"))
    driver = Driver.objects.get(pk=add_driver("+821000005700")["pk"])
    leaf = ConsultationType.objects.filter(is_leaf=True).first()

    def make_case(*moves, driver):
        case = Case(driver=driver, presented_phone=driver.phone, consultation_type=leaf)
        open_case(case, by=agent)
        for move in moves:
            perform(case, move, by=agent)
        return case

    keys = world(driver=driver, make_case=make_case, agent=agent, lead=lead)
    for phone in FAULTS:
        faulty = Driver.objects.get(pk=add_driver(phone)["pk"])
        correct(faulty, "birthdate", date(1980, 5, 4), reason="통화로 확인", by=agent)
    return keys


if __name__ == "__main__":
    serve(TASKS | {each.__name__: each for each in (add_driver, escalate, furnish_all, lose_text)})
