"""The filters of the officer's list, each over an index."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from backoffice.keys import key_in

from .models import AccessRecord


class DayRangeFilter(RangeDateFilter):
    """From the first moment of one day to the last of another, as the centre's clock goes."""

    def queryset(self, request, queryset):
        first, last = (self._midnight(end) for end in ("from", "to"))
        if first is not None:
            queryset = queryset.filter(at__gte=first)
        if last is not None:
            queryset = queryset.filter(at__lt=last + timedelta(days=1))
        return queryset

    def _midnight(self, end):
        try:
            day = parse_date(self.used_parameters.get(f"{self.parameter_name}_{end}") or "")
        except ValueError:  # well formed, but no day
            return None
        return day and timezone.make_aware(datetime.combine(day, datetime.min.time()))


class OffHoursFilter(DropdownFilter):
    title = gettext_lazy("office hours")
    parameter_name = "hours"

    def lookups(self, request, model_admin):
        return [("off", _("outside of office hours"))]

    def queryset(self, request, queryset):
        if self.value() != "off":
            return queryset
        start, end = settings.OFFICE_HOURS
        hours = [*range(start), *range(end, 24)]
        if connections[queryset.db].vendor == "sqlite":
            # As it is written there, in UTC; Korea's clock is never changed. Django's own way asks
            # Python for the hour of every record.
            ahead = timezone.localtime().utcoffset() // timedelta(hours=1)
            stored = [f"{(hour - ahead) % 24:02}" for hour in hours]
            return queryset.alias(stored_hour=Substr("at", 12, 2)).filter(stored_hour__in=stored)
        # Each hour by name: PostgreSQL has an index of the hours, see migration 0007.
        return queryset.filter(at__hour__in=hours)


class DriverFilter(DropdownFilter):
    """One driver, as a link names him: a list of all would be a list of drivers."""

    title = gettext_lazy("driver")
    parameter_name = "driver"

    def lookups(self, request, model_admin):
        key = key_in(request.GET.get(self.parameter_name, ""))
        if key is None:
            return []
        drivers = AccessRecord._meta.get_field("driver").related_model.objects
        return [(str(driver.pk), str(driver)) for driver in drivers.filter(pk=key)]

    def queryset(self, request, queryset):
        chosen = {key for key, _name in self.lookup_choices}
        return queryset.filter(driver=self.value()) if self.value() in chosen else queryset


class ActionFilter(DropdownFilter):
    title = gettext_lazy("action")
    parameter_name = "action__exact"

    def lookups(self, request, model_admin):
        return AccessRecord.Action.choices

    def queryset(self, request, queryset):
        known = self.value() in AccessRecord.Action.values
        return queryset.filter(action=self.value()) if known else queryset


class PersonFilter(DropdownFilter):
    title = gettext_lazy("person")
    parameter_name = "by__id__exact"

    def lookups(self, request, model_admin):
        people = AccessRecord._meta.get_field("by").related_model.objects.order_by("username")
        return [(str(person.pk), f"{person} ({person.username})") for person in people]

    def queryset(self, request, queryset):
        chosen = {key for key, _name in self.lookup_choices}
        return queryset.filter(by=self.value()) if self.value() in chosen else queryset


FILTERS = [
    ActionFilter,
    PersonFilter,
    DriverFilter,
    OffHoursFilter,
    ("at", DayRangeFilter),
]
