"""One row of everything that an address of the site can be about."""

import uuid

from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.files.models import Export
from backoffice.retention.models import Erasure, Run
from backoffice.sms.models import Template
from backoffice.staff.models import RightsChange
from backoffice.workflow.transitions import perform
from cases import approvals
from cases.models import AgitPost, Approval, ConsultationType, Playbook
from cases.services import check_identity
from drivers.importing.models import DriverImport
from drivers.models import RightsRequest
from drivers.services import correct
from tests.walks import reach_escalation

SAID = {"name": "홍길동", "vehicle_no": "서울12바3456"}


def world(*, driver, make_case, agent, lead):
    """
    Let everything happen to ``driver`` that can; return the keys of the rows by "app_model".

    The cases are the agent's, the export and the import are the lead's.
    """
    case, escalated, asking = (make_case("start", driver=driver) for _case in range(3))
    born = driver.birthdate.replace(day=4)
    correction = correct(driver, "birthdate", born, reason="통화", by=agent, case=case)
    perform(reach_escalation(escalated), "escalate", by=agent, reason="부서 확인 필요")
    asked = Approval.objects.get(case=escalated)
    approvals.decide(asked, "approve", by=lead, reason="확인", version=None)
    check_identity(asking, SAID, call_back_answered=True, by=agent)
    approvals.ask("code_read_out", case=asking, reason="확인", by=agent)
    version = Playbook.objects.get(key="q3").published
    return {
        "drivers_driver": driver.pk,
        "drivers_correction": correction.pk,
        "drivers_rightsrequest": rights_request(driver, by=agent).pk,
        "cases_case": case.pk,
        "cases_approval": Approval.objects.get(case=asking).pk,
        "cases_agitpost": AgitPost.objects.get().pk,
        "cases_playbookversion": version.pk,
        "cases_step": version.steps.first().pk,
        "cases_consultationtype": ConsultationType.objects.filter(is_leaf=True).first().pk,
        "sms_message": driver.messages.first().pk,
        "sms_template": Template.objects.first().pk,
        "audit_accessrecord": record(AccessRecord.Action.VIEW, by=agent, driver=driver).pk,
        "files_export": export(driver, by=lead).pk,
        "importing_driverimport": driver_import(by=lead).pk,
        "retention_erasure": erasure().pk,
        "staff_user": agent.pk,
        "staff_rightschange": RightsChange.objects.create(person=agent, what="groups", by=lead).pk,
        "auth_group": Group.objects.first().pk,
    }


def rights_request(driver, *, by):
    today = timezone.localdate()
    return RightsRequest.objects.create(
        driver=driver, kind="access", created_by=by, received_on=today
    )


def asked_for(by):
    return {"by": by, "language": "ko", "request_key": uuid.uuid4()}


def export(driver, *, by):
    return Export.objects.create(
        kind="drivers.driver", reason="월간 점검", keys=[driver.pk], **asked_for(by)
    )


def driver_import(*, by):
    return DriverImport.objects.create(file_name="drivers.csv", size=1, **asked_for(by))


def erasure():
    long_ago = timezone.now()
    run = Run.objects.create(started_at=long_ago, beat_at=long_ago)
    return Erasure.objects.create(
        run=run, rule="message_bodies", keep_days=1, before=long_ago, at=long_ago
    )


MOVES = {  # one of each row's, where a route names a move
    "drivers_driver": "suspend",
    "drivers_correction": "undo",
    "drivers_rightsrequest": "refuse",
    "cases_case": "close",
    "cases_approval": "reject",
    "cases_playbookversion": "publish",
    "staff_user": "unlock",
}


def values(name, keys):
    """Return what stands for the variables in the route of ``name``."""
    model = model_of(name)
    pk = keys.get(model, 1)
    rest = {"field": "phone", "gateway": "memory", "content_type_id": 1}
    return {"pk": pk, "object_id": pk, "id": pk, "name": MOVES.get(model, "x")} | rest


def model_of(name):
    model = "_".join(name.removeprefix("admin:").split("_")[:2])
    return "staff_user" if model == "auth_user" else model


def plausible(name, keys):
    """Return what a form of the row would send, as far as one reason and a version go."""
    model = model_of(name)
    row = (
        apps.get_model(model.replace("_", ".")).objects.get(pk=keys[model])
        if model in keys
        else None
    )
    return {
        "version": getattr(row, "version", ""),
        "reason": "확인",
        "verdict": "reject",
        "answer": "확인",
        "resolution": "guided",
    }


def asked_with(name, keys):
    """Return the query without which the place has nothing to show."""
    if name == "admin:autocomplete":
        return {"app_label": "cases", "model_name": "case", "field_name": "driver", "term": "1234"}
    if name in {"admin:sms_message_way", "call"}:
        return {"driver": keys.get("drivers_driver", 1)}
    return {}
