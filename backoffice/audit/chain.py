"""
The chain through the access records, by which a change of any of them is found.

Writing a record takes no lock and waits for nobody. A sealer, alone under a lock of its
own, then gives the committed records their places and links each to the one before it.
"""

import hmac
import json
import logging
from datetime import UTC

from django.conf import settings
from django.db import connection, transaction

from . import tallies
from .models import AccessRecord, Head

logger = logging.getLogger(__name__)

BATCH = 500  # records, in one transaction
CONTENT = ("pk", "at", "by_id", "account", "address", "action", "driver_id", "detail")


def keys():
    """
    Return the keys of the links, the oldest first; the last is the one in use.

    Those of AUDIT_KEY, and before them those that SECRET_KEY and its fallbacks stand in for.
    """
    secrets = [*settings.AUDIT_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        hmac.digest(secret.encode(), b"backoffice.audit.chain", "sha256")
        for secret in reversed(secrets)
    ]


def link(key, previous, content):
    """Return the link of a record with ``content`` after one whose link is ``previous``."""
    pk, at, *rest = content
    plain = [pk, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return digest(key, [previous, *plain])


def digest(key, values):
    """Return the keyed digest of plain JSON values, as 64 hexadecimal digits."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, text.encode(), "sha256").hex()


def locked_head():
    """Return the newest link, locked until the transaction ends; makes the first one."""
    Head.objects.get_or_create(pk=1)
    return Head.objects.select_for_update().get(pk=1)


def seal():
    """
    Give every committed record its place; return how many got one.

    Each batch is a transaction. The head goes into the log, so that a log kept elsewhere
    can show later that the end of the chain was not cut off.
    """
    sealed = 0
    while True:
        count, head = seal_batch()
        sealed += count
        if count < BATCH:
            break
    if sealed:
        logger.info("Access records are sealed up to %d:%s", head.sequence, head.chain)
    return sealed


def seal_batch():
    """Seal up to BATCH records in one transaction; return how many, and the head after them."""
    with transaction.atomic():
        head = locked_head()
        rows = list(AccessRecord.objects.unsealed().values_list(*CONTENT)[:BATCH])
        key, places = keys()[-1], []
        for row in rows:
            head.sequence += 1
            head.chain = link(key, head.chain, row)
            places.append((head.sequence, head.chain, row[0]))
        if rows:
            _write(places)
            head.save()
            tallies.count(rows)
    return len(rows), head


def _write(places):
    table = connection.ops.quote_name(AccessRecord._meta.db_table)
    with connection.cursor() as cursor:
        # The queryset refuses every update; the database lets this one pass, once a record.
        cursor.executemany(
            f"UPDATE {table} SET sequence = %s, chain = %s WHERE id = %s",  # noqa: S608  own names
            places,
        )
