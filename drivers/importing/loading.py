"""Writing many drivers as Driver.save() writes one: keys, names, events, facts."""

from itertools import chain

from django.db import transaction

from drivers.locking import adopt_events, adopt_late
from drivers.models import Driver, DriverName, VerificationEvent
from drivers.signals import facts_of_many_changed

WRITTEN = ["name", "service_type", "affiliation", "company", "vehicle_no"]
KEYS = ["name_key", "phone_last4", "vehicle_key", "vehicle_last4"]


def load_new(drivers):
    """Store ``drivers``, who were not on record; inside the transaction of the import."""
    for driver in drivers:
        driver.set_search_keys()
    Driver.objects.bulk_create(drivers)
    DriverName.objects.bulk_create(chain.from_iterable(map(DriverName.of, drivers)))
    by_phone = {driver.phone.as_e164: driver for driver in drivers}
    for phone in _reported().filter(phone__in=by_phone):
        adopt_events(by_phone[phone.as_e164])


def load_changed(drivers):
    """Store the changes of ``drivers``, whose rows are locked."""
    renamed = []
    for driver in drivers:
        key = driver.name_key
        driver.set_search_keys()
        driver.version += 1
        if driver.name_key != key:
            renamed.append(driver)
    # An upsert by the key: many times faster than bulk_update(), which builds a CASE a field.
    Driver.objects.bulk_create(
        drivers,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*WRITTEN, *KEYS, "version", "updated_at"],
    )
    DriverName.objects.filter(driver__in=renamed).delete()
    DriverName.objects.bulk_create(chain.from_iterable(map(DriverName.of, renamed)))
    facts_of_many_changed.send(sender=Driver, keys=[driver.pk for driver in drivers])


def adopt_when_committed():
    """Take over, after the commit, what was reported while the import saw nobody's rows."""
    transaction.on_commit(_adopt_missed)


def _adopt_missed():
    for phone in _reported().filter(phone__in=Driver.objects.values("phone")):
        adopt_late(phone)


def _reported():
    """Return the numbers that something was reported about and nobody has."""
    events = VerificationEvent.objects.filter(driver=None)
    return events.order_by("phone").values_list("phone", flat=True).distinct()
