"""Removing access records from the old end of the chain once they were kept long enough."""

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from . import tallies
from .chain import digest, keys, locked_head
from .models import AccessRecord, Anchor

BATCH = 5000  # records, in one transaction


def remove_next(before):
    """
    Remove the oldest records, at most BATCH, of those from ``before`` that moment.

    Only from the old end, and each time leaves an anchor from which the chain is verified
    on. What was counted of them goes with the last of a month.

    :returns: how many went, and from when the oldest of them was (None)
    """
    with transaction.atomic():
        head = locked_head()  # nobody else seals or removes meanwhile
        earlier = Anchor.objects.order_by("pk").last()
        start = earlier.sequence if earlier else 0
        sealed = AccessRecord.objects.filter(sequence__gt=start).order_by("sequence")
        young = sealed.filter(at__gte=before).values_list("sequence", flat=True).first()
        end = min(start + BATCH, young - 1 if young is not None else head.sequence)
        if end <= start:
            return 0, None
        oldest = sealed.filter(sequence__lte=end).aggregate(oldest=Min("at"))["oldest"]
        anchor = Anchor(
            at=timezone.now(),
            sequence=end,
            chain=sealed.get(sequence=end).chain,
            before=before,
            removed=end - start,
        )
        anchor.seal = seal_of(anchor, keys()[-1], earlier.seal if earlier else "")
        anchor.save(force_insert=True)
        _delete_up_to(end)
        tallies.remove_before(timezone.localdate(before).replace(day=1))
    return end - start, oldest


def seal_of(anchor, key, earlier):
    """Return the keyed digest of ``anchor``, which follows one whose seal is ``earlier``."""
    times = anchor.at.timestamp(), anchor.before.timestamp()
    return digest(key, [earlier, anchor.sequence, anchor.chain, anchor.removed, *times])


def _delete_up_to(end):
    table = connection.ops.quote_name(AccessRecord._meta.db_table)
    with connection.cursor() as cursor:
        # The queryset deletes nothing; the database lets go what an anchor stands for.
        cursor.execute(f"DELETE FROM {table} WHERE sequence <= %s", [end])  # noqa: S608  own names
