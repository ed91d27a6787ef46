"""The monthly review in the admin: what the month says, and the signature under it."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice import roles

from . import figures, review
from .models import AccessRecord, Review
from .records import record
from .tallies import MANY

READ = "audit.view_accessrecord"


class SignForm(forms.Form):
    """What the officer found; the digest is that of the figures he was shown."""

    comment = forms.CharField(
        label=gettext_lazy("findings"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        error_messages={"required": review.NO_COMMENT},
    )
    digest = forms.CharField(widget=forms.HiddenInput)


class ReviewPages:
    """For the admin class of the access record."""

    def get_urls(self):
        pages = [
            path(route, self.admin_site.admin_view(view), name=f"audit_accessrecord_{name}")
            for route, name, view in (
                ("review/", "review", self.review_view),
                ("review/sign/", "sign", self.sign_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def review_view(self, request, form=None):
        """Show one month, by default the last one that is over."""
        if not request.user.has_perm(READ):
            raise PermissionDenied
        month = _month(request.GET.get("month") or request.POST.get("month") or "")
        signed = Review.objects.select_related("by").filter(month=month).first()
        found = signed.figures if signed else figures.figures_of(month)
        about = {"page": "review", "month": found["month"]}
        record(AccessRecord.Action.VIEW, by=request.user, **about)
        digest = signed.digest if signed else figures.digest_of(found)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Monthly review"),
            "month": month,
            "before": figures.preceding(month),
            "after": figures.following(month),
            "whole": urlencode({"at_from": month, "at_to": _last_day(month)}),
            "is_latest": figures.following(month) > timezone.localdate(),
            "signed": signed,
            "is_over": review.is_over(month),
            "figures": _shown(found),
            "rule": figures,
            "many": MANY,
            "digest": digest,
            "may_sign": request.user.has_perm(review.SIGN),
            "form": form or SignForm(initial={"digest": digest}),
        }
        return TemplateResponse(request, "audit/review.html", context)

    def sign_view(self, request):
        """Sign the month's figures."""
        if not request.user.has_perm(review.SIGN):
            raise PermissionDenied
        if request.method != "POST":
            raise Http404
        form = SignForm(request.POST)
        if not form.is_valid():
            return self.review_view(request, form=form)
        month = _month(request.POST.get("month", ""))
        try:
            review.sign(month, by=request.user, **form.cleaned_data)
        except review.NotSigned as refusal:
            form.add_error(None, str(refusal))
            # The next try is about the figures that are shown now.
            form.data = form.data.copy()
            form.data["digest"] = figures.digest_of(figures.figures_of(month))
            return self.review_view(request, form=form)
        self.message_user(request, _("Signed."))
        return HttpResponseRedirect(
            f"{reverse('admin:audit_accessrecord_review')}?month={month:%Y-%m}"
        )


def _month(text):
    """Return the first day of the month that an address names; of the last one without."""
    if not text:
        return review.last_month()
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise Http404
    month = date(int(text[:4]), int(text[5:]), 1)
    if month > timezone.localdate():
        raise Http404
    return month


def _last_day(month):
    return figures.following(month) - timedelta(days=1)


def _shown(found):
    """Return ``found`` with what only the drawing needs: heights, widths, labels, days."""
    actions = dict(AccessRecord.Action.choices)
    most_a_day = max((each["uses"] for each in found["days"]), default=0)
    most = max((each["uses"] for each in found["people"]), default=0) or 1
    days = [
        {
            **each,
            "number": int(each["day"][-2:]),
            "off": round(100 * each["off_hours"] / most_a_day),
            "within": round(100 * (each["uses"] - each["off_hours"]) / most_a_day),
        }
        for each in found["days"]
        if most_a_day  # else there is nothing to draw
    ]
    people = [
        {
            **each,
            "width": round(100 * each["uses"] / most),
            "role": roles.labels(filter(None, each["role"].split(", "))),
        }
        for each in found["people"]
    ]
    reasoned = {
        **found["reasoned"],
        "rows": [
            {**row, "label": actions.get(row["action"], row["action"])}
            for row in found["reasoned"]["rows"]
        ],
    }
    return {**found, "days": days, "people": people, "reasoned": reasoned}
