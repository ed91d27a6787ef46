"""Locked after too many failures: what is counted, for how long, and how it is told."""

import math
from ipaddress import ip_address

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin import site
from django.db.models import Max, Sum
from django.http import JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.addresses import client_address

# So many times the limit of one name from one address may a name fail from everywhere, or an
# address with all its names: a whole shift may come to work through one address.
NAME_FACTOR, ADDRESS_FACTOR = 4, 10


def address_of(request):
    """Return the client's address as the database takes it: None where it is none."""
    try:
        return str(ip_address(client_address(request)))
    except ValueError:
        return None


class Handler(AxesDatabaseHandler):
    """Axes, which counts for a name from an address; here for each of the two alone as well."""

    def get_failures(self, request, credentials=None):
        return max(count for count, _since in self.counts(request, credentials))

    def counts(self, request, credentials=None):
        """Return (failures by the measure of the limit, when the last was) for each count."""
        name = get_client_username(request, credentials)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        of_name = recent.filter(username=name)
        of_address = recent.filter(ip_address=request.axes_ip_address)
        return [
            _count(of_name.filter(ip_address=request.axes_ip_address), 1),
            _count(of_name, NAME_FACTOR),
            _count(of_address, ADDRESS_FACTOR),
        ]

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None:
            return
        # Axes would keep what was posted beside the password: codes, and the form of whoever
        # signs in again in the middle of one.
        kept = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = kept


def _count(attempts, factor):
    found = attempts.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    return (found["failures"] or 0) // factor, found["last"]


def is_locked(request, username):
    """Return whether this name may not even try from where the request comes."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def reopens_at(request, credentials):
    """Return when the last lock that holds ends."""
    found = AxesProxyHandler.get_implementation().counts(request, credentials)
    lasts = [last for count, last in found if count >= settings.AXES_FAILURE_LIMIT]
    return max(lasts, default=timezone.now()) + settings.AXES_COOLOFF_TIME


def lock_sentence(until):
    """Return what a person reads who is locked out."""
    return _(
        "Too many failed attempts. You can sign in again at %(time)s, or as soon as an "
        "administrator lifts the lock."
    ) % {"time": timezone.localtime(until).strftime("%H:%M")}


def locked_out(request, response, credentials):
    """The answer to a locked person, whoever was asked to let him in (for Axes)."""
    until = reopens_at(request, credentials)
    sentence = lock_sentence(until)
    if request.headers.get("Accept", "").startswith("application/json"):
        response = JsonResponse({"error": sentence}, status=429)
    else:
        context = {**site.each_context(request), "title": _("Locked"), "sentence": sentence}
        response = TemplateResponse(request, "staff/locked.html", context, status=429)
        response.render()
    wait = (until - timezone.now()).total_seconds()
    response.headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return response


def locked_until(username):
    """Return when the locks on ``username`` end, or None where nothing is locked."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=username, attempt_time__gte=since)
    pairs = (
        attempts.order_by()
        .values("ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    )
    limit = settings.AXES_FAILURE_LIMIT
    locked = [pair["last"] for pair in pairs if pair["failures"] >= limit]
    count, last = _count(attempts, NAME_FACTOR)
    if count >= limit:
        locked.append(last)
    return max(locked) + settings.AXES_COOLOFF_TIME if locked else None


def lift(username):
    """Forget the failures of ``username``, wherever they came from."""
    AccessAttempt.objects.filter(username=username).delete()


def forget_old():
    """Delete failures that count no more; return how many."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(attempt_time__lt=since).delete()[0]
