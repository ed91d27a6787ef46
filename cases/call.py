"""The screen pop: who calls, what was before, and one key from the first words."""

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
from backoffice.workflow.transitions import TransitionRefused
from drivers.models import Driver
from drivers.phones import national_digits, parse_phone

from .models import WORK, Case, ConsultationType, Playbook
from .playbooks import engine
from .services import open_case


def call_view(request, site):
    """
    Show the driver of ``?phone=`` (any form) or ``?driver=`` (key) and what he may call about.

    A POST with ``playbook`` opens the case and begins it.
    """
    if not request.user.has_perm(WORK):
        raise PermissionDenied
    number = parse_phone(request.GET.get("phone", ""))
    number = number if number is not None and number.is_valid() else None
    driver = _driver(request.GET.get("driver", ""), number)
    if request.method == "POST":
        return _open(request, driver, number)
    earlier = []
    if driver is not None:
        record(AccessRecord.Action.VIEW, by=request.user, driver=driver, page="call")
        earlier = driver.cases.select_related("consultation_type").order_by("-pk")[:10]
    elif number is not None:
        about = {"page": "call", "terms": ["phone"], "drivers": []}
        record(AccessRecord.Action.SEARCH, by=request.user, **about)
    context = {
        **site.each_context(request),
        "title": _("Call"),
        "driver": driver,
        "masked_phone": mask_phone(national_digits(number)) if number else "",
        "open_cases": [case for case in earlier if not case.is_closed],
        "past_cases": [case for case in earlier if case.is_closed],
    }
    if driver is not None or number is not None:
        published = Playbook.objects.filter(versions__state="published")
        context["playbooks"] = published.order_by("position")
    return TemplateResponse(request, "cases/call.html", context)


def _driver(key, number):
    if key.isascii() and key.isdigit() and len(key) < 19:
        return get_object_or_404(Driver, pk=int(key))
    return Driver.objects.filter(phone=number).first() if number else None


def _open(request, driver, number):
    playbook = get_object_or_404(Playbook, key=request.POST.get("playbook", ""))
    service = driver.service_type if driver else Driver.ServiceType.GENERAL
    leaf = get_object_or_404(
        ConsultationType, is_leaf=True, parent__name=playbook.topic, name=service
    )
    case = Case(driver=driver, presented_phone=number or "", consultation_type=leaf)
    try:
        with transaction.atomic():
            open_case(case, by=request.user)
            engine.begin(case, playbook, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.get_full_path())
    return HttpResponseRedirect(reverse("admin:cases_case_desk", args=[case.pk]))
