"""G10: no page that takes free words takes a code; what was typed stands on it once more."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext, override

from cases.models import Approval, Case, IdentityCheck, Playbook, Walk
from cases.services import check_identity
from drivers.models import Correction, Driver

TYPED = "기사님 인증번호 482913 확인"
HARMLESS = "인증번호 미수신, 1800-3400 수신차단 해제 확인"
SENTENCE = "This looks like a verification code. Codes are never written down; take it out."
SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}


@pytest.fixture
def scene(make_case, driver, agent, other_agent, lead):
    return SimpleNamespace(
        make_case=make_case, driver=driver, agent=agent, other_agent=other_agent, lead=lead
    )


def case_of(scene, state="diagnosing"):
    case = scene.make_case("start", driver=scene.driver)
    Case.objects.filter(pk=case.pk).update(state=state)
    return Case.objects.get(pk=case.pk)


def at_step(scene, playbook, action, **typed):
    """The desk of a case that stands where ``action`` is done, the caller identified."""
    case = case_of(scene)
    check_identity(case, SAID, call_back_answered=True, by=scene.agent)
    version = Playbook.objects.get(key=playbook).published
    step = version.steps.filter(action=action).first()
    Walk.objects.create(case=case, version=version, step=step)
    page = {"step": step.key, "last": 0, "reason": TYPED} | typed
    return scene.agent, f"/admin/cases/case/{case.pk}/desk/answer/", page


def of_move(person, row, name, **typed):
    row = type(row).objects.get(pk=row.pk)
    url = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/move/{name}/"
    return person, url, {"version": row.version, "reason": TYPED} | typed


def case_form(scene, **typed):
    case = case_of(scene)
    page = {"version": case.version, "consultation_type": case.consultation_type_id, "note": ""}
    return scene.agent, f"/admin/cases/case/{case.pk}/change/", page | typed


def new_case(scene):
    leaf = scene.make_case(driver=scene.driver).consultation_type_id
    page = {"driver": scene.driver.pk, "channel": "phone", "consultation_type": leaf}
    return scene.agent, "/admin/cases/case/add/", page | {"note": TYPED}


def case_birthdate(scene):
    case = case_of(scene)
    check_identity(case, SAID, call_back_answered=True, by=scene.agent)
    page = {"version": case.version, "birthdate": "1980-05-13", "reason": TYPED}
    return scene.agent, f"/admin/cases/case/{case.pk}/birthdate/", page


def driver_page(scene):
    page = {"version": scene.driver.version, "birthdate": "1980-05-13", "phone": ""}
    record = {"service_type": "일반", "affiliation": "owner", "company": "한빛운수"}
    url = f"/admin/drivers/driver/{scene.driver.pk}/change/"
    return scene.agent, url, page | record | {"reason": TYPED}


def later(hours=3):
    return (timezone.localtime() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def escalation(scene, state):
    case = case_of(scene, "escalated")
    Approval.objects.create(
        case=case, kind="escalation", reason="부서", state=state, requested_by=scene.agent
    )
    return case


def lift(scene):
    case = case_of(scene)
    check_identity(case, {"name": "고길동"}, call_back_answered=True, by=scene.agent)
    assert IdentityCheck.objects.filter(is_verified=False).exists()
    return of_move(scene.lead, case, "lift_identity_lock")


def correction(scene, state, move):
    row = Correction.objects.create(
        driver=scene.driver,
        field="birthdate",
        old_value="1980-05-13",
        new_value="1980-05-03",
        reason="통화",
        state=state,
        requested_by=scene.agent,
    )
    return of_move(scene.other_agent, row, move)


def account(scene, state, move):
    Driver.objects.filter(pk=scene.driver.pk).update(state=state)
    return of_move(scene.lead, scene.driver, move)


def escalate(scene):
    person, url, _page = at_step(scene, "q3", "escalate")
    return of_move(person, Case.objects.get(pk=url.split("/")[4]), "escalate")


DOORS = {  # page by page: who posts what, where
    "note of a case": lambda scene: case_form(scene, note=TYPED),
    "note of a new case": new_case,
    "call-back of a case": lambda scene: case_form(
        scene, follow_up_at_0="2099-01-02", follow_up_at_1="10:00", follow_up_reason=TYPED
    ),
    "call-back at the desk": lambda scene: at_step(scene, "q1", "call_back", at=later()),
    "call-back recorded at the desk": lambda scene: at_step(scene, "q1", "record_call_back"),
    "escalation at the desk": lambda scene: at_step(scene, "q2", "escalate"),
    "correction at the desk": lambda scene: at_step(
        scene, "q4", "correct_birthdate", birthdate="1980-05-13"
    ),
    "scheduled correction at the desk": lambda scene: at_step(
        scene, "q4", "schedule_birthdate", birthdate="1980-05-13"
    ),
    "registered birthdate at the desk": lambda scene: at_step(scene, "q4", "disclose_birthdate"),
    "correction of a case": case_birthdate,
    "correction on the driver's page": driver_page,
    "cancelled correction": lambda scene: correction(scene, "requested", "cancel"),
    "undone correction": lambda scene: correction(scene, "applied", "undo"),
    "escalation": escalate,
    "call-back recorded": lambda scene: of_move(scene.agent, case_of(scene), "record_call_back"),
    "lock lifted": lift,
    "note of the closing": lambda scene: of_move(
        scene.agent, case_of(scene), "close", resolution="guided"
    ),
    "note of the handing over": lambda scene: of_move(
        scene.agent, case_of(scene), "hand_over", to=scene.other_agent.pk
    ),
    "return to the agent": lambda scene: of_move(
        scene.lead, escalation(scene, "approved"), "return_to_agent"
    ),
    "department's answer": lambda scene: of_move(
        scene.agent, escalation(scene, "approved"), "record_answer"
    ),
    "asked again": lambda scene: of_move(scene.agent, escalation(scene, "expired"), "ask_again"),
    "suspension": lambda scene: account(scene, "active", "suspend"),
    "reinstatement": lambda scene: account(scene, "suspended", "reinstate"),
    "withdrawal": lambda scene: account(scene, "active", "withdraw"),
}


def is_stored(words):
    """Whether any column of any table holds ``words``."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")
            if any(words in str(row) for row in cursor.fetchall()):
                return True
    return False


def after(client, posted):
    """The page that follows, and whether it says that this looks like a code."""
    person, url, page = posted
    client.force_login(person)
    response = client.post(url, page, follow=True)
    assert response.status_code == 200
    text = response.content.decode()
    with override("ko"):
        return text, gettext(SENTENCE) in text


@pytest.mark.parametrize("door", DOORS)
def test_guard_g10_no_page_takes_a_code_or_loses_what_was_typed(scene, client, door):
    page, is_refused = after(client, DOORS[door](scene))

    assert is_refused
    assert TYPED in page
    assert not is_stored("482913")
    assert not Driver.objects.exclude(birthdate=date(1980, 5, 3)).exists()


@pytest.mark.parametrize("door", DOORS)
def test_guard_g10_the_same_words_without_the_code_are_taken(scene, client, door):
    """Or the pages above would have refused them for something else."""
    person, url, page = DOORS[door](scene)
    typed = {name: HARMLESS if value == TYPED else value for name, value in page.items()}

    client.force_login(person)
    client.post(url, typed)

    assert is_stored(HARMLESS) or door == "registered birthdate at the desk"  # not scheduled
