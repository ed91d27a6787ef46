"""Making the result of a request: the one place where a whole record is shown unmasked."""

from django.db import transaction

from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.workflow.transitions import perform
from drivers.models import Driver
from drivers.reveal import Field, hold_beneath_cap
from drivers.signals import about_to_reveal
from drivers.words import masked_words

from .result import SHOWN, result_of


def make_result(request, *, by, reason, version=None):
    """
    Count one more copy of the result of ``request``, record it, and return what it shows.

    If the access record cannot be written nothing is shown.

    :raises TransitionRefused: not allowed, the requester was not checked, it is answered, or
        a caller is being compared with what it would show
    """
    with transaction.atomic():
        request = perform(request, "make_result", by=by, reason=reason, version=version)
        hold_beneath_cap(by)
        for field in Field.values:
            about_to_reveal.send(sender=Driver, driver=request.driver, field=field, by=by)
        record(
            AccessRecord.Action.REVEAL,
            by=by,
            driver=request.driver,
            page="rights",
            request=request.pk,
            copy=request.copies,
            fields=SHOWN,
            reason=masked_words(reason, request.driver)[:200],
        )
        return result_of(request)
