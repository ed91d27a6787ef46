"""Taking a driver's data from the records for good. A part of retention."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.utils import timezone

from backoffice.sms.models import Message
from backoffice.sms.retention import erase_messages

from .models import (
    Correction,
    CorrectionChange,
    Driver,
    DriverChange,
    DriverName,
    RightsRequest,
    RightsRequestChange,
    VerificationEvent,
)
from .signals import about_to_erase, drivers_erased
from .words import mask_for_good

NOTHING = {
    "name": "",
    "phone": None,
    "birthdate": None,
    "affiliation": Driver.Affiliation.COMPANY,
    "company": "",
    "vehicle_no": "",
    "name_key": "",
    "phone_last4": "",
    "vehicle_key": "",
    "vehicle_last4": "",
    "verification_state": Driver.VerificationState.OPEN,
    "locked_until": None,
    "code_read_at": None,
}


def erase_drivers(keys):
    """
    Leave of the drivers with these keys, whose rows are locked, that they were there.

    Their service type and times stay for the figures, and the row for those that point
    to it. In words that are kept for longer his name and his numbers are masked. What stands
    above is told by ``about_to_erase`` and ``drivers_erased``.
    """
    drivers = Driver.objects.filter(pk__in=keys)
    _mask_what_stays(drivers.in_bulk())
    numbers = list(drivers.values_list("phone", flat=True))
    VerificationEvent.objects.filter(
        Q(driver__in=keys) | Q(driver=None, phone__in=numbers)
    ).delete()
    DriverName.objects.filter(driver__in=keys).delete()
    DriverChange.objects.filter(driver__in=keys).exclude(note="").update(note="")
    erase_corrections(Correction.objects.filter(driver__in=keys))
    erase_messages(Message.objects.filter(driver__in=keys))
    _unname(keys)
    # Whoever has a page of one open is told that it is older than the record.
    drivers.update(**NOTHING, erased_at=timezone.now(), version=F("version") + 1)
    drivers_erased.send(sender=Driver, keys=keys)


def _mask_what_stays(drivers):
    """His requests are kept as a proof, and the cases for the disputes they may lead to."""
    mask_for_good(RightsRequest.objects, "note", "answer", of="driver", drivers=drivers)
    lines = RightsRequestChange.objects
    mask_for_good(lines, "note", of="rights_request__driver", drivers=drivers)
    about_to_erase.send(sender=Driver, drivers=drivers)


def erase_corrections(corrections):
    """Take values and words from ``corrections``; which field, when and by whom stays."""
    keys = list(corrections.filter(erased_at=None).values_list("pk", flat=True))
    CorrectionChange.objects.filter(correction__in=keys).exclude(note="").update(note="")
    Correction.objects.filter(pk__in=keys).update(
        old_value="",
        new_value="",
        reason="",
        erased_at=timezone.now(),
        version=F("version") + 1,
    )


def _unname(keys):
    """The admin's own log calls a driver by his masked name and number."""
    log = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Driver), object_id__in=map(str, keys)
    )
    log.update(object_repr="")
