"""What the result of a request shows: what is held, what for, how long, and what was corrected."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.sms.models import Message

SHOWN = ["name", "phone", "birthdate", "vehicle_no", "company", "corrections"]
LINES = 200  # of each list; more is no answer on paper


def result_of(request):
    """Return the context of ``drivers/result.html``; the data in it is not masked."""
    driver = request.driver
    return {
        "request_row": request,
        "driver": driver,
        "made_at": timezone.localtime(),
        "centre_phone": settings.CENTRE_PHONE,
        "items": _items(driver),
        "kept": _kept(driver),
        "corrections": [_correction(each) for each in _corrections(driver)],
        "cases": driver.cases.select_related("consultation_type").order_by("-pk")[:LINES],
        "texts": driver.messages.select_related("template").order_by("-pk")[:LINES],
    }


def _items(driver):
    """The record itself: what is held, as it is held."""
    return [
        (_("name"), driver.name),
        (_("phone"), _spaced(driver.phone_digits)),
        (_("birthdate"), driver.birthdate.isoformat()),
        (_("vehicle number"), driver.vehicle_no),
        (_("service type"), driver.get_service_type_display()),
        (_("affiliation"), driver.get_affiliation_display()),
        (_("company"), driver.company),
        (_("account"), driver.get_state_display()),
        (_("verification"), driver.get_verification_state_display()),
        (_("on record since"), timezone.localdate(driver.created_at).isoformat()),
    ]


def _kept(driver):
    """(what, how many, what for, how long) for each kind of record."""
    return [
        (
            _("the driver's record"),
            1,
            _("to find the driver and help him log in"),
            _("until %(days)d days after the withdrawal") % {"days": settings.WITHDRAWN_KEEP_DAYS},
        ),
        (
            _("corrections of the record"),
            driver.corrections.count(),
            _("to show what was put right, and to take it back"),
            _days(settings.CORRECTIONS_KEEP_DAYS),
        ),
        (
            _("support cases"),
            driver.cases.count(),
            _("to answer inquiries, complaints and disputes"),
            _("%(days)d days after the closing") % {"days": settings.CASES_KEEP_DAYS},
        ),
        (
            _("texts to drivers"),
            driver.messages.count(),
            _("to tell the driver the result"),
            _days(settings.MESSAGE_BODY_KEEP_DAYS),
        ),
        (
            _("reports of the login service"),
            driver.events.count(),
            _("to find out why a log-in fails"),
            _days(settings.EVENTS_KEEP_DAYS),
        ),
    ]


def _days(count):
    return _("%(days)d days") % {"days": count}


def _corrections(driver):
    return driver.corrections.prefetch_related("messages").order_by("-pk")[:LINES]


def _correction(correction):
    """No names of ours: the centre as a whole answers for it."""
    texts = list(correction.messages.all())
    told = [text for text in texts if text.state == Message.State.DELIVERED]
    is_readable = correction.erased_at is None
    return {
        "field": correction.get_field_display(),
        "old": correction.old_value if is_readable else _("erased"),
        "new": correction.new_value if is_readable else _("erased"),
        "requested_at": correction.requested_at,
        "applied_at": correction.applied_at,
        "state": correction.get_state_display(),
        "notice": _notice(max(texts, key=lambda text: text.pk)) if texts else "",
        "told_at": max((text.settled_at for text in told if text.settled_at), default=None),
    }


def _notice(text):
    """Say how a text stands that is not known to have arrived; not all of them left."""
    return _("sent") if text.state == Message.State.ACCEPTED else text.get_state_display()


def _spaced(digits):
    return f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"
