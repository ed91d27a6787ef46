"""Which deliveries are due, silent, too old, or a person's."""

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from .standing import Lease

KEYS_OF_LEASES = {
    "postgresql": "SELECT jsonb_array_elements_text(keys)::bigint FROM outbox_lease",
    "sqlite": "SELECT value FROM outbox_lease, json_each(keys)",
}


def leased(kind, now):
    """
    Return the keys of the rows of ``kind`` that workers have claimed, to be used in a query.

    A lease that ends further ahead than leases do is one of a clock that was set back.
    """
    ends = [
        Lease._meta.get_field("until").get_db_prep_value(end, connection)
        for end in (now, now + 2 * settings.OUTBOX_LEASE)
    ]
    return RawSQL(  # noqa: S611  # nosec B611 # own names
        f"{KEYS_OF_LEASES[connection.vendor]} WHERE kind = %s AND until BETWEEN %s AND %s",
        [kind._meta.label_lower, *ends],
    )


def ahead_of(field, now):
    """Return the condition that ``field`` lies further ahead of ``now`` than clocks disagree."""
    return Q(**{f"{field}__gt": now + settings.OUTBOX_LEASE})


class DeliveryQuerySet(models.QuerySet):
    def due(self, now):
        """
        Waiting rows whose time has come and which no worker has leased, oldest first.

        Not what is too old: who comes first after a night without workers may be no sweep.
        """
        waiting = self.filter(state=self.model.State.QUEUED, not_before__lte=now)
        if (oldest := self.oldest_of_use(now)) is not None:
            waiting = waiting.filter(queued_at__gte=oldest)
        return waiting.exclude(pk__in=leased(self.model, now)).order_by("not_before", "pk")

    def abandoned(self, now):
        """Rows on the wire whose worker has been silent for longer than its lease."""
        is_silent = Q(claimed_at__lt=now - settings.OUTBOX_LEASE)
        return self.filter(is_silent | ahead_of("claimed_at", now), state=self.model.State.SENDING)

    def bring_back_to(self, now):
        """
        Let waiting rows with times ahead of ``now`` wait no longer; return how many they were.

        The clock was set back since: they would else wait for the old time to come again.
        """
        waiting = self.filter(state=self.model.State.QUEUED)
        new = waiting.filter(ahead_of("queued_at", now))
        tried = waiting.filter(ahead_of("claimed_at", now))
        return new.update(queued_at=now, not_before=now) + tried.update(
            claimed_at=now, not_before=now
        )

    def to_ask_about(self, now):
        """Rows whose end nobody told, and about which it is time to ask the other side."""
        return self.filter(ask_at__lte=now).order_by("ask_at")

    def oldest_of_use(self, now):
        """Return from when a waiting row is still of use, or None: however old it is."""
        return now - settings.OUTBOX_TOO_OLD

    def too_old(self, now):
        """Waiting rows that would only confuse if they went out now, in their order."""
        if (oldest := self.oldest_of_use(now)) is None:
            return self.none()
        return self.filter(state=self.model.State.QUEUED, queued_at__lt=oldest).order_by("pk")

    def needing_a_person(self):
        """Rows that no machine will bring to a good end."""
        return self.filter(state__in=self.model.NEED_A_PERSON, resent_as=None, erased_at=None)
