"""The leads' page of the figures. It shows counts alone, so no look at a driver is recorded."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from backoffice.outbox import health
from cases.models import Case, DayFigures, StaleDay

from .charts import Figures, pending_approvals
from .flow import flow, versions_of
from .keeping import NAME
from .models import SEE
from .period import PERIODS, Asked

LATE = 120  # seconds after which the counter should have been seen four times


class FigurePages:
    """For the admin class of the case: the page of the figures."""

    def get_urls(self):
        page = path(
            "figures/", self.admin_site.admin_view(self.figures_view), name="cases_case_figures"
        )
        return [page, *super().get_urls()]

    def figures_view(self, request):
        """Show the figures of the period that the address asks for."""
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        asked = Asked.read(request.GET)
        figures = Figures(asked)
        versions = versions_of(figures)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Figures"),
            "asked": asked,
            "periods": _periods(asked),
            "people": _people(asked),
            "channels": Case.Channel.choices,
            "everything": asked.address(person=0, channel=""),
            "counter": _counter(),
            "figures": figures,
            "overview": figures.overview(),
            "by_state": figures.by_state(),
            "by_type": figures.by_type(),
            "lengths": figures.lengths(),
            "first_contacts": figures.first_contacts(versions),
            "texts": figures.texts_by_result(),
            "pending": pending_approvals(),
            "decisions": figures.decisions(),
            "flow": flow(figures, versions),
            "versions": [
                {"version": version, "url": asked.address(version=key) + "#flow"}
                for key, version in versions.items()
            ],
        }
        return TemplateResponse(request, "cases/figures.html", context)


def _periods(asked):
    return [
        {
            "label": label,
            "url": asked.address(period=period, version=0),
            "is_shown": period == asked.period,
        }
        for period, label in PERIODS.items()
    ]


def _people(asked):
    """Return those who have cases, and whoever is asked for."""
    has_cases = DayFigures.objects.filter(
        person=OuterRef("pk"), version=0, day__range=(asked.first, asked.last)
    )
    people = get_user_model().objects.filter(Exists(has_cases)).order_by("name", "username")
    found = [(person.pk, str(person)) for person in people]
    if asked.person and asked.person not in dict(found):
        found += [(each.pk, str(each)) for each in people.model.objects.filter(pk=asked.person)]
    return found


def _counter():
    """Return how the counting stands: how long ago, and if something waits for it."""
    lag = health.lag(NAME)
    return {
        "lag": max(round(lag), 0),
        "was_never": lag < 0,
        "is_late": lag < 0 or lag > LATE,
        "has_work": StaleDay.objects.exists(),
    }
