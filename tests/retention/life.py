"""A driver with marked values who goes through everything, by the pages, and leaves."""

import json
import re
from datetime import date, timedelta
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.utils import timezone

from backoffice.sms.models import Message
from cases.models import Answer, Case, ConsultationType, Playbook, Walk
from drivers.models import Correction, Driver, RightsRequest
from drivers.phones import parse_phone
from drivers.verification import take_event
from tests.cases.readout.conftest import WALKED
from tests.cases.rules.desk_call import Call

NAME, COMPANY, PLATE = "표뷁식", "뀳운수", "부산71너9153"
OWN, NEW, THIRD = "010-7391-8264", "010-7391-5937", "010-6482-7315"
BORN, REAL, OTHER_YEAR = date(1967, 11, 23), date(1967, 11, 29), date(1963, 11, 29)
# Any of these anywhere is the driver; numbers not as a part of an invented key.
MARKS = [NAME, "표*식", "뷁", COMPANY, "71너", *map(re.escape, (PLATE, OWN, NEW, THIRD))] + [
    rf"(?<![0-9a-f]){digits}(?![0-9a-f])"
    for digits in ("8264", "5937", "7315", "9153", "1967-?11-?2[39]", "1963-?11-?29")
]
MARKS += [rf"10{number[4:8]}{number[9:]}" for number in (OWN, NEW, THIRD)]


def said(where):
    """What somebody writes who writes too much."""
    return f"{where}: {NAME} 님 {OWN}, {THIRD}, {PLATE}, {BORN.isoformat()}"


def marked_tables():
    """Return {table: [what was found]} over every table and every column of the database."""
    wanted = re.compile("|".join(MARKS))
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                text = "\n".join(map(_readable, row))
                if hits := wanted.findall(text):
                    found.setdefault(table, []).extend(hits)
    return found


def _readable(value):
    if isinstance(value, int):  # a key, which may be any number by chance; he is written in text
        return ""
    text = value if isinstance(value, str) else str(value)
    if "\\u" in text:  # JSON, as SQLite holds it
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return text


class Life:
    """Each method is a chapter; ``live()`` is all of them."""

    def __init__(self, agent, lead, other_lead):
        self.agent, self.lead, self.other_lead = agent, lead, other_lead

    def live(self):
        self.is_reported_before_he_is_known()
        self.is_put_on_record()
        self.calls_with_a_wrong_birthdate()
        self.gets_his_text_again()
        self.calls_again_and_is_escalated()
        self.is_corrected_on_his_page()
        self.asks_for_another_change()
        self.has_a_code_read_out()
        self.changes_his_number()
        self.asks_what_is_held()
        self.leaves()

    # What people post

    @property
    def driver(self):
        return Driver.objects.get(phone__in=[parse_phone(OWN), parse_phone(NEW)])

    def post(self, person, page, **typed):
        client = Client()
        client.force_login(person)
        response = client.post(f"/admin/{page}", typed)
        assert response.status_code == 302, (page, response.context and response.context["errors"])

    def move(self, person, page, row, name, **typed):
        row.refresh_from_db()
        self.post(person, f"{page}/{row.pk}/move/{name}/", version=row.version, **typed)

    def call(self, playbook, topic, presented=THIRD):
        leaf = ConsultationType.objects.get(parent__name=topic, name="일반")
        about = {"driver": self.driver.pk, "presented_phone": presented, "channel": "phone"}
        self.post(
            self.agent,
            "cases/case/add/",
            **about,
            consultation_type=leaf.pk,
            note=said("접수"),
        )
        made = Call(self.agent, Case.objects.latest("pk"))
        return made.begin(playbook) if playbook else made

    def decide(self, approval, verdict="approve"):
        page = f"cases/approval/{approval.pk}/decide/"
        reason = said("결정")
        self.post(self.lead, page, version=approval.version, verdict=verdict, reason=reason)

    def correct(self, person, **typed):
        plain = {"service_type": "일반", "affiliation": "owner", "company": COMPANY}
        driver = self.driver
        self.post(
            person,
            f"drivers/driver/{driver.pk}/change/",
            **plain,
            version=driver.version,
            reason=said("변경"),
            **typed,
        )

    def report(self, kind, phone=OWN):
        now = timezone.now()
        take_event(event_id=uuid4(), kind=kind, phone=parse_phone(phone), occurred_at=now)

    def texts_end(self, state):
        """What a provider reports, in its own words."""
        for text in Message.objects.filter(state="queued"):
            text.advance("sending")
            text.advance("accepted", provider_id=f"p-{text.pk}", answer={"to": text.to})
            text.advance(state, detail=f"{text.to} {state}", answer={"recipient": text.to})

    # The chapters

    def is_reported_before_he_is_known(self):
        self.report("code.sent")
        self.report("code.sent", phone=THIRD)

    def is_put_on_record(self):
        known = {"name": NAME, "phone": OWN, "birthdate": BORN.isoformat(), "vehicle_no": PLATE}
        about = {"service_type": "일반", "affiliation": "owner", "company": COMPANY}
        self.post(self.lead, "drivers/driver/add/", **known, **about)
        self.report("code.mismatch")
        self.report("login.failed")

    def calls_with_a_wrong_birthdate(self):
        made = self.call("q4", "출근/대기/수락/완료").answer("none", "yes")
        made.compare(OWN).compare(REAL.isoformat())
        made.identify(name=NAME, vehicle_no=PLATE, call_back=True)
        made.compare(REAL.isoformat()).answer("agreed")
        made.do(birthdate=REAL.isoformat(), reason=said("정정")).answer("next")
        version, note = made.case.version, said("메모")
        self.post(self.agent, f"cases/case/{made.pk}/desk/note/", version=version, note=note)
        self.texts_end("undelivered")
        made.look().answer("works", "later")
        at = timezone.localtime() + timedelta(hours=2)
        made.do(at=at.strftime("%Y-%m-%dT%H:%M"), reason=said("콜백"))
        made.answer("told").do(reason=said("통화")).do()
        assert made.case.state == "closed", made.refusals

    def gets_his_text_again(self):
        text = Message.objects.latest("pk")
        self.post(self.lead, f"sms/message/{text.pk}/send-again/", reason=said("재발송"))
        again = Message.objects.latest("pk")
        again.advance("sending")
        again.advance("unknown", detail=again.to, answer={"to": again.to})
        self.post(self.lead, f"sms/message/{again.pk}/arrived/", reason=said("도착"))

    def calls_again_and_is_escalated(self):
        made = self.call("q3", "출근/대기/수락/완료").answer("none", "yes")
        made.compare(OWN).compare(REAL.isoformat()).answer("next").do(reason=said("이관"))
        case = made.case
        self.decide(case.latest_approval)
        post = case.agit_posts.get()
        post.advance("sending")
        post.advance("accepted", provider_id="77", answer={"text": post.text})
        self.move(self.lead, "cases/case", case, "record_answer", reason=said("회신"))
        ends = {"resolution": "answered", "reason": said("종결")}
        self.move(self.lead, "cases/case", case, "close", **ends)

    def is_corrected_on_his_page(self):
        self.correct(self.agent, birthdate=OTHER_YEAR.isoformat())
        correction = Correction.objects.latest("pk")
        self.decide(correction.approval)
        self.texts_end("delivered")
        self.move(
            self.other_lead, "drivers/correction", correction, "undo", reason=said("되돌리기")
        )
        self.texts_end("delivered")

    def asks_for_another_change(self):
        self.correct(self.agent, birthdate=OTHER_YEAR.isoformat())
        self.decide(Correction.objects.latest("pk").approval, "reject")
        self.correct(self.agent, birthdate=BORN.isoformat())
        taken_back = Correction.objects.latest("pk")
        self.move(self.agent, "drivers/correction", taken_back, "cancel", reason=said("요청 취소"))

    def has_a_code_read_out(self):
        self.call(None, "기타", OWN).move("start")
        made = self.call(None, "기타", OWN)
        made.move("start")
        case, version = made.case, Playbook.objects.get(key="q1").published
        steps = {step.key: step for step in version.steps.all()}
        walk = Walk.objects.create(case=case, version=version, step=steps["read-out-asked"])
        for key, value in WALKED.items():
            Answer.objects.create(
                walk=walk, case=case, step=steps[key], value=value, by=self.agent
            )
        known = {"name": NAME, "vehicle_no": PLATE, "call_back_answered": "on"}
        page = f"cases/case/{case.pk}/identity/"
        self.post(self.agent, page, version=case.version, **known)
        self.report("code.sent")
        made.look().do(reason=said("미수신"))
        approval = made.case.latest_approval
        self.decide(approval)
        client = Client()
        client.force_login(self.lead)
        client.post(f"/admin/cases/approval/{approval.pk}/read-out/")
        approval.refresh_from_db()
        assert approval.used_at is not None
        self.texts_end("delivered")
        for each in Case.objects.exclude(state="closed"):
            ends = {"resolution": "guided", "reason": said("종결")}
            self.move(self.agent, "cases/case", each, "close", **ends)

    def changes_his_number(self):
        Driver.objects.filter(pk=self.driver.pk).update(
            code_read_at=timezone.now() - timedelta(days=2)
        )
        self.correct(self.lead, phone=NEW)
        self.report("login.succeeded", phone=NEW)

    def asks_what_is_held(self, why="본인 교부용"):
        about = {"driver": self.driver.pk, "kind": "access", "requester": "proxy"}
        today = timezone.localdate().isoformat()
        self.post(
            self.agent,
            "drivers/rightsrequest/add/",
            **about,
            received_on=today,
            note=said("요구"),
        )
        asked = RightsRequest.objects.get()
        page = "drivers/rightsrequest"
        checked = {"checked_as": "papers", "has_mandate": "on"}
        self.move(self.agent, page, asked, "check_requester", **checked)
        asked.refresh_from_db()
        client = Client()
        client.force_login(self.lead)
        typed = {"version": asked.version, "reason": why}
        shown = client.post(f"/admin/{page}/{asked.pk}/result/", typed)
        assert NAME in shown.content.decode()
        self.move(self.lead, page, asked, "give_answer", reason=said("교부"))

    def leaves(self):
        driver = self.driver
        assert driver.phone == parse_phone(NEW)
        for name in ("suspend", "reinstate", "withdraw"):
            self.move(self.lead, "drivers/driver", driver, name, reason=said(name))
