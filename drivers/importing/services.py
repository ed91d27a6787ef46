"""An import's way: uploaded, checked, confirmed by a person, imported whole."""

import json
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from import_export.results import RowResult

from backoffice.audit.masking import letters_of, mask_text
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import current_address, record
from backoffice.files import store
from backoffice.outbox.models import Heartbeat
from backoffice.workflow.refusal import TransitionRefused
from drivers.models import Driver

from . import loading
from .headings import COLUMNS, WHOLE_ROW, columns_of, label
from .models import DriverImport
from .reading import LONGEST_CELL, rows_of
from .resource import DriverResource, OnRecord, faults_of

State = DriverImport.State
PERMISSION = "importing.import_driver"
CHUNK = 1_000  # rows held at once
A_DAY = timedelta(days=1)


def upload(file, *, by, request_key):
    """
    Keep an uploaded ``file`` for the check and return its ``DriverImport``.

    The same form twice is one import.

    :raises TransitionRefused: it was not taken; the sentence says why
    """
    if not by.has_perm(PERMISSION):
        raise TransitionRefused(_("You are not allowed to do this."))
    if file.size > settings.IMPORT_MEGABYTES * 1_000_000:
        raise TransitionRefused(
            _("The file is larger than %(limit)d MB.") % {"limit": settings.IMPORT_MEGABYTES}
        )
    with transaction.atomic():
        job, is_new = DriverImport.objects.get_or_create(
            request_key=request_key,
            defaults={
                "by": by,
                "address": current_address(),
                "language": translation.get_language(),
                "file_name": _discreet(file.name[-100:]),
                "size": file.size,
            },
        )
        if job.by != by:
            raise TransitionRefused(_("You are not allowed to do this."))
        if is_new:
            with store.create(job.path("upload")) as kept:
                for block in file.chunks():
                    kept.write(block)
            _record(job, "uploaded")
            job.ring()
    return job


def _discreet(file_name, *, name=""):
    """Return ``file_name`` as it may stay: people name a file after the driver in it."""
    masked = mask_text(file_name, name=name, but_recent=True)
    return masked[-DriverImport._meta.get_field("file_name").max_length :]


def work(job, tell):
    """Do the step that ``job`` is at. Called by a worker."""
    (check if job.state == State.CHECKING else import_all)(job, tell)


def check(job, tell):
    """Read the file, and judge each row without changing anything."""
    rows = _stage(job)
    counts = {"rows": rows, "new": 0, "changed": 0, "unchanged": 0, "bad": 0}
    file_name = job.file_name
    resource, plan = DriverResource(), _plan()
    judged = 0
    with store.create_text(job.path("faults")) as faults:
        for chunk in _chunks(job):
            for row, result in _judge(resource, chunk, Driver.objects.all()):
                found = [*_misplaced(row), *faults_of(result)]
                counts[_kind(result) if not found else "bad"] += 1
                if row["name"] and letters_of(row["name"]) in letters_of(file_name):
                    file_name = _discreet(file_name, name=row["name"])
                for column, sentence in found:
                    faults.write(json.dumps([row["row"], column, sentence]) + "\n")
            _add_to_plan(plan, resource.create_instances, resource.update_instances)
            resource.create_instances.clear()
            resource.update_instances.clear()
            judged += len(chunk)
            tell(judged)
    target = State.FAULTY if counts["bad"] else State.CHECKED
    now = timezone.now()
    with transaction.atomic():
        job.advance(
            State.CHECKING,
            target,
            **counts,
            plan=plan.hexdigest(),
            file_name=file_name,
            finished_at=now,
        )
        _record(job, "checked", driver_ranges=ranges(resource.compared))
    # Rows that cannot be imported are of no more use; what is wrong is told without them.
    for ending in ["upload", *(["rows"] if target == State.FAULTY else [])]:
        job.path(ending).unlink(missing_ok=True)


def _stage(job):
    """Write the rows of the upload as lines of JSON, by column; return how many there are."""
    rows = rows_of(job.path("upload"))
    columns = columns_of(next(rows, []))
    count = 0
    with store.create_text(job.path("rows")) as staged:
        for number, cells in enumerate(rows, start=2):
            if any(cells):
                count += 1
                row = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=False))
                row.pop(None, None)
                surplus = len(cells) > len(columns) or any(
                    cell for cell, column in zip(cells, columns, strict=False) if column is None
                )
                staged.write(json.dumps(row | {"row": number, "surplus": surplus}) + "\n")
    if not count:
        raise TransitionRefused(_("The file has no rows beneath its headings."))
    DriverImport.objects.filter(pk=job.pk).update(rows=count)
    return count


def _chunks(job):
    with job.path("rows").open(encoding="utf-8") as lines:
        while chunk := list(map(json.loads, islice(lines, CHUNK))):
            yield chunk


def _judge(resource, chunk, drivers):
    """Yield each row of ``chunk`` with what django-import-export says of it."""
    on_record = OnRecord(resource, chunk, drivers)
    for row in chunk:
        yield row, resource.import_row(row, on_record, row_number=row["row"], dry_run=True)


def _misplaced(row):
    if row["surplus"]:
        yield "", _("A cell stands beneath no heading.")
    if any(len(row[column]) > LONGEST_CELL for column in COLUMNS):
        yield "", _("A cell is too long.")


def _kind(result):
    return {
        RowResult.IMPORT_TYPE_NEW: "new",
        RowResult.IMPORT_TYPE_UPDATE: "changed",
        RowResult.IMPORT_TYPE_SKIP: "unchanged",
    }.get(result.import_type, "bad")


def _plan():
    """Return a keyed digest, to be filled with all that an import writes."""
    return salted_hmac("importing.plan", "", algorithm="sha256")


def _add_to_plan(plan, new, changed):
    found = [each.phone.as_e164 for each in new], [(each.pk, each.version) for each in changed]
    plan.update(json.dumps(found).encode())


def confirm(job, *, by):
    """
    Have a checked import carried out.

    :raises TransitionRefused: it is not checked, has faults, or was confirmed before
    """
    with transaction.atomic():
        job = _own(job, by)
        if job.state == State.FAULTY:
            raise TransitionRefused(_("Rows are bad. Mend the file and upload it once more."))
        if not job.new + job.changed:
            raise TransitionRefused(_("There is nothing to import: every row is on record."))
        if not job.advance(State.CHECKED, State.CONFIRMED, address=current_address()):
            raise TransitionRefused(_not_now(job))
        _record(job, "confirmed")
        job.ring()
    return job


def drop(job, *, by):
    """
    Delete a checked file without importing it.

    :raises TransitionRefused: it is on its way, or over
    """
    with transaction.atomic():
        job = _own(job, by)
        if job.state not in (State.CHECKED, State.FAULTY):
            raise TransitionRefused(_not_now(job))
        job.advance(job.state, State.DROPPED)
    job.clear()


def _own(job, by):
    job = DriverImport.objects.select_for_update().get(pk=job.pk)
    if job.by != by or not by.has_perm(PERMISSION):
        raise TransitionRefused(_("Who uploaded the file decides about it."))
    return job


def _not_now(job):
    return _("Not possible now: %(what)s is “%(state)s”.") % {
        "what": job,
        "state": job.get_state_display(),
    }


def import_all(job, tell):
    """
    Import every row, or none: one transaction, in which each row is judged once more.

    What is carried out is what the check showed and a person confirmed: the same drivers
    added, the same ones changed, and these as they were then. One import after the other.

    :raises TransitionRefused: nothing was imported
    """
    if not job.by.has_perm(PERMISSION):
        raise TransitionRefused(_("You are not allowed to do this."))
    try:
        with transaction.atomic():
            # Two that lock the same drivers in another order would wait for each other.
            Heartbeat.take_turn("import")
            keys = _import_rows(job, tell)
            if not job.advance(State.IMPORTING, State.IMPORTED, finished_at=timezone.now()):
                raise TransitionRefused(_not_now(job))
            _record(job, "imported", driver_ranges=ranges(keys))
            loading.adopt_when_committed()
    except IntegrityError:
        raise _overtaken() from None
    job.clear()


def _import_rows(job, tell):
    keys = []
    resource, plan = DriverResource(), _plan()
    locked = Driver.objects.select_for_update(no_key=True)
    judged = 0
    for chunk in _chunks(job):
        for _row, result in _judge(resource, chunk, locked):
            if faults_of(result):
                raise _overtaken()
        new, changed = resource.create_instances, resource.update_instances
        _add_to_plan(plan, new, changed)
        loading.load_new(new)
        loading.load_changed(changed)
        keys += [driver.pk for driver in (*new, *changed)]
        new.clear()
        changed.clear()
        judged += len(chunk)
        tell(judged)
    if plan.hexdigest() != job.plan:
        raise _overtaken()
    return keys


def _overtaken():
    return TransitionRefused(
        _("The records have changed since the check, so nothing was imported. Upload it again.")
    )


def ranges(keys):
    """Return ``keys`` as ranges from first to last: short, where they were given in a row."""
    found = []
    for key in sorted(keys):
        if found and found[-1][1] == key - 1:
            found[-1][1] = key
        else:
            found.append([key, key])
    return found


def expire_due():
    """Drop what nobody confirmed within a day, and delete what no row knows; return how many."""
    before = timezone.now() - A_DAY
    waiting = (State.CHECKED, State.FAULTY)
    ended = 0
    for job in DriverImport.objects.filter(state__in=waiting, finished_at__lt=before):
        if job.advance(job.state, State.DROPPED):
            job.clear()
            ended += 1
    live = DriverImport.objects.filter(
        state__in=(*waiting, *DriverImport.STEPS, *DriverImport.STEPS.values())
    )
    keep = {token.hex for token in live.values_list("token", flat=True)}
    store.remove_forgotten(DriverImport.FOLDER, keep=keep)
    return ended


def fault_lines(job):
    """Yield the bad rows as the page and the list to download show them, once it is recorded."""
    if job.state != State.FAULTY:
        return
    for number, column, sentence in job.faults():
        yield number, label(column) if column in COLUMNS else str(WHOLE_ROW), sentence


def _record(job, act, **detail):
    record(
        AccessRecord.Action.IMPORT,
        by=job.by,
        page="drivers.driver",
        **{"import": job.pk},
        act=act,
        rows=job.rows,
        new=job.new,
        changed=job.changed,
        **detail,
    )
