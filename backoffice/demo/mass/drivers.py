"""Drivers by the million: names, numbers and birthdates as unevenly spread as real ones."""

import random
from datetime import date, timedelta
from functools import lru_cache

from backoffice.demo.data import COMPANIES, FIRST, REGIONS, SECOND, SURNAMES
from drivers.models import Driver, DriverChange, DriverName, VerificationEvent
from drivers.names import initials, name_key, suffixes
from drivers.phones import digits_of
from drivers.plates import plate_key

from .tables import Table

State, Verification = Driver.State, Driver.VerificationState
Kind = VerificationEvent.Kind

# 010-0 and seven more: the numbering plan gives no subscriber a number that goes on with 0 (or 1).
FIRST_NUMBER, LAST_NUMBER = "+821000000000", "+821009999999"
# The last ten thousand are those the demo's gateway treats in its own way.
NUMBERS = 9_990_000
STRIDE = 7_368_787  # prime to NUMBERS: neighbours in the table are none in the plan

JOINED = timedelta(days=8 * 365)  # the first driver, before the end of all this
YEARS_OF_JOINING = timedelta(days=5 * 365)  # cases begin after it
SERVICES = Driver.ServiceType.values
SERVICE_WEIGHTS = [40, 25, 12, 8, 7, 4, 4]


def number_of(seed, place):
    """Return the number of the driver at ``place``, as it is stored: each place has its own."""
    return f"+82100{(place * STRIDE + seed * 7919) % NUMBERS:07d}"


@lru_cache(maxsize=200_000)
def name_rows(name):
    """Return the key of ``name`` and its tails with their initials."""
    key = name_key(name)
    return key, [(tail, initials(tail)) for tail in suffixes(key)]


class Drivers:
    """Makes the drivers of one ``seed``; whatever the batch, a place has the same driver."""

    def __init__(self, seed, epoch, lead):
        self.seed, self.epoch, self.lead = seed, epoch, lead
        self.drivers = Table(
            Driver, "id", "version", "name", "phone", "birthdate", "service_type", "affiliation",
            "company", "vehicle_no", "state", "verification_state", "locked_until",
            "withdrawn_at", "created_at", "updated_at", "name_key", "phone_last4", "vehicle_key",
            "vehicle_last4",
        )  # fmt: skip
        self.names = Table(DriverName, "driver_id", "tail", "initials")
        self.changes = Table(
            DriverChange, "driver_id", "transition", "source", "target", "by_id", "at", "note"
        )
        self.events = Table(
            VerificationEvent, "event_id", "kind", "phone", "driver_id", "occurred_at",
            "received_at",
        )  # fmt: skip
        self.tables = [self.drivers, self.names, self.changes, self.events]

    def prepare(self, start, end, batch):
        """Add the drivers from ``start`` to ``end``, which lie in one batch."""
        first = start - start % batch
        dice = random.Random(f"{self.seed}/drivers/{first}")  # noqa: S311  # nosec B311 # repeatable
        for place in range(first, end):
            made = self._driver(place, dice)
            if place >= start:
                self._add(place, *made)

    def _driver(self, place, dice):
        """Return what is drawn for one driver; it always draws as often."""
        draw = dice.random
        name = dice.choice(SURNAMES) + dice.choice(FIRST) + dice.choice(SECOND)
        if draw() < 0.03:
            name = name[:2]
        age = timedelta(days=int(22 * 366 + 52 * 365 * (draw() + draw()) / 2))
        is_owner = draw() < 0.3
        vehicle = (
            f"{dice.choice(REGIONS)}{10 + int(90 * draw())}{dice.choice('바사아자')}"
            f"{1000 + int(9000 * draw())}"
        )
        joined = self.epoch - JOINED + (YEARS_OF_JOINING * draw() if place else timedelta())
        return (
            name,
            self.epoch.date() - age,
            dice.choices(SERVICES, SERVICE_WEIGHTS)[0],
            is_owner,
            dice.choice(COMPANIES),
            vehicle,
            joined.replace(microsecond=0),
            draw(),
            draw(),
        )

    def _add(self, place, name, birthdate, service, is_owner, company, vehicle, joined, *fates):
        fate, when = fates
        pk, phone = place + 1, number_of(self.seed, place)
        state, withdrawn_at, changed_at = State.ACTIVE, None, joined
        if fate < 0.04:
            state, changed_at = State.SUSPENDED, self._between(joined, when)
            self._change(pk, "suspend", State.ACTIVE, state, changed_at, "민원 확인")
        elif fate < 0.043:
            # Those of earlier months were erased.
            state, changed_at = State.WITHDRAWN, self.epoch - timedelta(days=28) * when
            changed_at = withdrawn_at = changed_at.replace(microsecond=0)
            self._change(pk, "withdraw", State.ACTIVE, state, changed_at, "본인 요청")
        locked_until = None
        if fate > 0.9995:
            locked_until = self._lock(pk, phone, when)
        elif fate > 0.85:
            self._log_in(pk, phone, when)
        key, names = name_rows(name)
        self.drivers.add(
            pk,
            int(state != State.ACTIVE),
            name,
            phone,
            birthdate,
            service,
            Driver.Affiliation.OWNER if is_owner else Driver.Affiliation.COMPANY,
            "" if is_owner else company,
            vehicle,
            state,
            Verification.LOCKED if locked_until else Verification.OPEN,
            locked_until,
            withdrawn_at,
            joined,
            changed_at,
            key,
            phone[-4:],
            plate_key(vehicle),
            digits_of(vehicle)[-4:],
        )
        for tail, letters in names:
            self.names.add(pk, tail, letters)

    def _between(self, joined, share):
        return (joined + (self.epoch - joined) * share).replace(microsecond=0)

    def _change(self, pk, move, source, target, at, note):
        self.changes.add(pk, move, source, target, self.lead, at, note)

    def _lock(self, pk, phone, share):
        """Add ten tries with a wrong code; return until when they lock."""
        last = (self.epoch - timedelta(hours=20) * share).replace(microsecond=0)
        for turn in range(10):
            self._event(pk, phone, Kind.MISMATCH, last - timedelta(minutes=9 - turn), turn)
        until = last + timedelta(hours=24)
        self.changes.add(pk, "lock", Verification.OPEN, Verification.LOCKED, None, last, "")
        return until

    def _log_in(self, pk, phone, share):
        at = (self.epoch - timedelta(days=300) * share).replace(microsecond=0)
        for turn, kind in enumerate((Kind.SENT, Kind.MATCH, Kind.LOGIN_OK)):
            self._event(pk, phone, kind, at + timedelta(seconds=20 * turn), turn)

    def _event(self, pk, phone, kind, at, turn):
        self.events.add(f"evt_demo_{pk}_{turn}", kind, phone, pk, at, at)


def made_by(driver, place, seed):
    """Return whether the stored ``driver`` is the one that ``seed`` has at ``place``."""
    is_number = driver.phone is not None and driver.phone.as_e164 == number_of(seed, place)
    return driver.pk == place + 1 and is_number


def ordinals(drivers):
    """Return service and birthdate of each driver by place, in little room."""
    from array import array

    services, birthdates = bytearray(), array("i")
    index = {service: number for number, service in enumerate(SERVICES)}
    rows = drivers.order_by("pk").values_list("service_type", "birthdate")
    for service, birthdate in rows.iterator(chunk_size=20_000):
        services.append(index[service])
        birthdates.append(birthdate.toordinal() if birthdate else 0)  # 0: erased since
    return services, birthdates


def day(ordinal):
    """Return the date of one of the ``ordinals``."""
    return date.fromordinal(ordinal)
