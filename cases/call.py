"""The screen pop: who calls, what was before, and one key from the first words."""

import uuid
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.audit.masking import mask_phone
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.keys import key_in, slug_in
from backoffice.sealed import Broken, seal, unseal
from backoffice.workflow.transitions import TransitionRefused
from drivers.models import Driver
from drivers.phones import national_digits, parse_phone

from .forms import NOBODY
from .models import WORK, Case, CaseNumber, Playbook
from .playbooks import engine
from .services import OpenedBefore, leaf_under, open_case

SHOWN = 10  # of the driver's open cases, and of those before
CALLER = "cases.caller"  # what a telephone number in an address is sealed for


def number_is_sealed(view):
    """
    Seal the number in the address, as ``?caller=``, for who has to sign in first.

    Or the address of the sign-in would keep it. Who is signed in gets his page at once, and
    the page itself takes the number out of the browser's address and history.
    """

    @wraps(view)
    def sealed(request):
        if request.method == "GET" and "phone" in request.GET and not request.user.is_active:
            return HttpResponseRedirect(_without_number(request, _number(request.GET)))
        return view(request)

    return sealed


def call_view(request, site):
    """
    Show the driver of ``?caller=`` (sealed) or ``?driver=`` (key) and what he may call about.

    A POST with ``playbook`` opens the case and begins it; the same form again leads to it.
    """
    if not request.user.has_perm(WORK):
        raise PermissionDenied
    number = _number(request.GET)
    driver = _driver(request.GET.get("driver", ""), number)
    if request.method == "POST":
        return _open(request, driver, number)
    earlier = Case.objects.none()
    if driver is not None:
        record(AccessRecord.Action.VIEW, by=request.user, driver=driver, page="call")
        earlier = driver.cases.select_related("consultation_type").order_by("-pk")
    elif number is not None:
        about = {"page": "call", "terms": ["phone"], "drivers": []}
        record(AccessRecord.Action.SEARCH, by=request.user, **about)
    context = {
        **site.each_context(request),
        "title": _("Call"),
        "driver": driver,
        "address": _without_number(request, number) if "phone" in request.GET else "",
        "masked_phone": mask_phone(national_digits(number)) if number else "",
        # Of who calls again and again, an open one may lie behind many that are closed.
        "open_cases": list(earlier.exclude(state=Case.State.CLOSED)[:SHOWN]),
        "past_cases": list(earlier.filter(state=Case.State.CLOSED)[:SHOWN]),
    }
    is_erased = driver is not None and driver.erased_at is not None
    if (driver is not None or number is not None) and not is_erased:
        published = Playbook.objects.filter(versions__state="published")
        context |= {"playbooks": published.order_by("position"), "request_key": uuid.uuid4()}
    return TemplateResponse(request, "cases/call.html", context)


def _number(query):
    try:
        typed = unseal(query["caller"], CALLER) if "caller" in query else query.get("phone", "")
    except Broken:
        return None
    number = parse_phone(typed)
    return number if number is not None and number.is_valid() else None


def _without_number(request, number):
    """Return where the call is shown, with nothing in the address that a history may not keep."""
    query = request.GET.copy()
    del query["phone"]
    if number is not None:
        query["caller"] = seal(number.as_e164, CALLER)
    return f"{request.path}?{query.urlencode()}"


def _driver(key, number):
    if (pk := key_in(key)) is not None:
        return get_object_or_404(Driver, pk=pk)
    return Driver.objects.filter(phone=number).first() if number else None


def _open(request, driver, number):
    if driver is not None and driver.erased_at is not None:
        messages.error(request, NOBODY)
        return HttpResponseRedirect(request.get_full_path())
    playbook = get_object_or_404(Playbook, key=slug_in(request.POST.get("playbook", "")))
    service = driver.service_type if driver else Driver.ServiceType.GENERAL
    try:
        case = Case(
            consultation_type=leaf_under(playbook.topic, service),
            number=CaseNumber.next(),  # drawn before the transaction: others wait
            driver=driver,
            presented_phone=number or "",
            request_key=_request_key(request.POST.get("request_key", "")),
        )
        with transaction.atomic():
            open_case(case, by=request.user)
            engine.begin(case, playbook, by=request.user)
    except OpenedBefore as before:
        messages.info(request, str(before))
        case = before.case
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.get_full_path())
    return HttpResponseRedirect(reverse("admin:cases_case_desk", args=[case.pk]))


def _request_key(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return None  # a post by hand, which no form repeats
