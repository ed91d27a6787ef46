"""The page of a reveal: a form with the reason, and as its answer the value, once."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.transitions import TransitionRefused

from . import reveal
from .forms import RevealForm


class Reveals:
    """For the admin class of the driver: one masked field, for a reason."""

    def get_urls(self):
        page = path(
            "<int:pk>/reveal/<slug:field>/",
            self.admin_site.admin_view(self.reveal_view),
            name="drivers_driver_reveal",
        )
        return [page, *super().get_urls()]

    def reveal_view(self, request, pk, field):
        """Ask for the reason (GET); show the field (POST)."""
        driver = self.get_object(request, pk)
        if driver is None or field not in reveal.Field.values:
            raise Http404
        if not self.has_view_permission(request, driver):
            raise PermissionDenied
        return reveal_page(
            request,
            self,
            subject=driver,
            label=reveal.Field(field).label,
            refuse=lambda: reveal.refuse_reveal(driver, field, by=request.user),
            show=lambda **reason: reveal.reveal(driver, field, by=request.user, **reason),
            about={"driver": driver, "field": field},
            back=reverse("admin:drivers_driver_change", args=[driver.pk]),
        )


@sensitive_variables("value", "context")
def reveal_page(request, model_admin, *, subject, label, refuse, show, about, back):
    """
    Answer a request to see one masked field.

    A script that asks for JSON gets the value alone, everybody else a page that shows it
    once; neither is kept by a browser. A refusal is an access record of its own, and so is
    a look at the form.

    :param refuse: raises TransitionRefused where no reason would help
    :param show: returns the value for ``why`` and ``words``, or raises TransitionRefused
    :param about: what the record of a refusal names
    """
    if not request.user.has_perm(reveal.REVEAL):
        raise PermissionDenied
    form, value, sentence, is_open = RevealForm(request.POST or None), "", "", False
    try:
        refuse()
        is_open = True
        if request.method == "POST" and form.is_valid():
            value = show(**form.cleaned_data)
    except TransitionRefused as refusal:
        sentence = str(refusal)
        if request.method == "POST":
            record(AccessRecord.Action.REFUSED, by=request.user, act="reveal", **about)
    if not value and not (sentence and request.method == "POST"):
        # The form names whom it is about, and a row of keys could be walked along it.
        model_admin.record_look(request, subject, "reveal")
    if value and request.headers.get("Accept") == "application/json":
        return _uncached(JsonResponse({"value": value, "seconds": reveal.SECONDS}))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "original": subject,
        "title": _("Unmask"),
        "subject": subject,
        "label": label,
        "form": form,
        "value": value,
        "sentence": sentence,
        "is_open": is_open,
        "seconds": reveal.SECONDS,
        "count": reveal.count_today(request.user),
        "back": back,
    }
    # Rendered here, so that nothing but the answer itself holds the value afterwards.
    return _uncached(TemplateResponse(request, "drivers/reveal.html", context).render())


def _uncached(response):
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response
