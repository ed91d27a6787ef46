"""Knocking at every place of the site, and what was seen and written there."""

import copy
import re

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backoffice.audit.models import AccessRecord
from tests.house.places import address, places
from tests.house.world import asked_with, plausible, values

# Written with every answer, whoever asks.
NOTES = {"audit_accessrecord", "django_session", "staff_staffsession"}


def walk(client, method, keys):
    """
    Return what each place answered, which tables it wrote to and which looks it recorded.

    Nothing that happens at one place is there at the next.
    """
    # A place that signs out must not do so for those after it.
    signed_in = copy.deepcopy(client.cookies)
    found = {}
    for name, route in places():
        client.cookies = copy.deepcopy(signed_in)
        url = address(route, values(name, keys))
        with transaction.atomic():
            found[name] = knock(client, url, method, name, keys)
            transaction.set_rollback(True)
    return found


def knock(client, url, method, name, keys):
    typed = (plausible if method == "post" else asked_with)(name, keys)
    before = last_record()
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(url, typed)
    noted = AccessRecord.objects.filter(pk__gt=before).order_by("pk")
    return answer, written(queries) - NOTES, [each.action for each in noted]


def last_record():
    newest = AccessRecord.objects.order_by("-pk").first()
    return newest.pk if newest else 0


def written(queries):
    sql = "\n".join(each["sql"] for each in queries.captured_queries)
    return set(re.findall(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql, re.MULTILINE))
