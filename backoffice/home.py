"""The first page: a person's own work. Stands on the roof, so it may look into every app."""

from backoffice.audit import review
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.outbox import holds
from backoffice.sms.models import Message
from backoffice.sms.way import reason_of
from cases.figures.charts import today
from cases.figures.models import SEE
from cases.models import Approval
from cases.queues import QUEUES, queue, queue_lengths
from drivers.models import Correction, RightsRequest
from drivers.models.rights import ANSWER
from drivers.search_limits import help_text

SHOWN = 10


def home(request, context):
    """Add to ``context`` what waits for this person; each part only for who may act on it."""
    user = request.user
    context["find_help"] = help_text()
    if user.has_perm("cases.work_case"):
        context["my_cases"] = _latest(queue("mine", user))
        context["unclaimed_cases"] = _latest(queue("unassigned", user))
        lengths = queue_lengths(user)
        context["queues"] = [
            {"name": name, "label": label, "count": lengths[name]}
            for name, label in QUEUES.items()
        ]
    if user.has_perm("cases.decide_approval"):
        pending = Approval.objects.filter(state=Approval.State.PENDING)
        context["approvals"] = pending.select_related("case", "driver", "requested_by").order_by(
            "pk"
        )[:SHOWN]
    if user.has_perm(ANSWER):
        due = RightsRequest.objects.open().select_related("driver")
        context["rights"] = due.order_by("due_on", "pk")[:SHOWN]
        late = Correction.objects.overdue().select_related("driver")
        context["late_corrections"] = late.order_by("pk")[:SHOWN]
    if user.has_perm(SEE):
        context["today"] = today()
    if user.has_perm(holds.STOP):
        context["hold"] = holds.current_hold(Message)
    if user.has_perm("sms.resend_message"):
        stuck = Message.objects.waiting_for_a_person().select_related("driver", "template")
        context["stuck_messages"] = [
            {"message": message, "reason": reason_of(message)}
            for message in stuck.order_by("-pk")[:SHOWN]
        ]
    if user.has_perm(review.SIGN):
        month = review.last_month()
        context["review"] = {"month": month, "is_signed": review.is_signed(month)}
    if user.has_perm("cases.view_case"):
        record(AccessRecord.Action.LIST, by=user, page="home", drivers=_shown(context))
    return context


def _shown(context):
    """Return the keys of the drivers whom the page names."""
    rows = [
        *context.get("my_cases", []),
        *context.get("unclaimed_cases", []),
        *context.get("approvals", []),
        *context.get("rights", []),
        *context.get("late_corrections", []),
        *(each["message"] for each in context.get("stuck_messages", [])),
    ]
    return sorted({row.driver_id for row in rows} - {None})


def _latest(cases):
    return list(cases.select_related("driver", "consultation_type").order_by("-pk")[:SHOWN])
