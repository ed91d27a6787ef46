"""An export's way: asked for, written, opened with a password, fetched once, gone."""

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backoffice.audit.masking import letters_of, mask_text
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import current_address, record
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.refusal import TransitionRefused

from . import store
from .columns import cells, titles
from .models import Export, may_export
from .sheets import FILES, SHEETS, at, encrypt, new_password

State = Export.State
CHUNK = 500  # rows held at once
GONE = gettext_noop("The file is not there any more. Ask for the export anew.")


def request_export(model_admin, rows, *, by, form, filters, searched_for):
    """
    Ask for an export of ``rows`` and return its ``Export``; the same form twice is one.

    The row and its access record are one transaction. Which rows it holds is settled here.

    :param rows: the list's query set, as it is filtered, searched and ordered
    :param form: the cleaned data of ``ExportForm``
    :raises TransitionRefused: nothing was asked for; the sentence says why
    """
    unmasked = form["is_unmasked"]
    _refuse_who_may_not(by, rows.model, unmasked=unmasked)
    refuse_empty_reason(form["reason"])
    keys = exportable_keys(rows)
    names = _drivers(model_admin, keys)
    with transaction.atomic():
        export, is_new = Export.objects.get_or_create(
            request_key=form["request_key"],
            defaults={
                "by": by,
                "address": current_address(),
                "language": translation.get_language(),
                "kind": rows.model._meta.label_lower,
                "format": form["format"],
                "reason": _discreet(form["reason"], names.values()),
                "filters": filters,
                "is_masked": not unmasked,
                "keys": keys,
                "rows": len(keys),
            },
        )
        if export.by != by:
            raise TransitionRefused(_("You are not allowed to do this."))
        if is_new:
            terms = {"terms": searched_for} if searched_for else {}
            _record(export, "requested", drivers=sorted(names), **terms)
            export.ring()
    return export


def _refuse_who_may_not(by, model, *, unmasked):
    if not may_export(by, model) or (unmasked and not may_export(by, model, unmasked=True)):
        raise TransitionRefused(_("You are not allowed to do this."))


def _discreet(reason, names):
    """
    Return ``reason`` without numbers, birthdates and the ``names`` of whom the rows show.

    It stands in the file, on pages of others and in the records, and nothing that erases a
    driver would find it.
    """
    reason = mask_text(reason.strip(), but_recent=True)
    letters = letters_of(reason)
    for name in names:
        if letters_of(name) in letters:
            reason = mask_text(reason, name=name, but_recent=True)
    return reason[: Export._meta.get_field("reason").max_length]


def exportable_keys(rows):
    """
    Return the keys of ``rows`` in their order.

    :raises TransitionRefused: there are none, or too many
    """
    keys = list(rows.values_list("pk", flat=True)[: settings.EXPORT_ROWS + 1])
    if not keys:
        raise TransitionRefused(_("The list is empty; there is nothing to export."))
    if len(keys) > settings.EXPORT_ROWS:
        raise TransitionRefused(
            _("The list has more than %(limit)s rows. Narrow it by a search or a filter.")
            % {"limit": f"{settings.EXPORT_ROWS:,}"}
        )
    return keys


def write(export, tell):
    """Write the file of a running ``export`` and seal it. Called by a worker."""
    model_admin = admin.site.get_model_admin(apps.get_model(export.kind))
    mark = watermark(export)
    sheet = SHEETS[export.format](note=" · ".join(mark[:3]))
    sheet.add(mark)
    sheet.add(titles(model_admin))
    rows = 0
    for row in _rows(model_admin, export.keys):
        sheet.add(cells(model_admin, row, is_masked=export.is_masked))
        rows += 1
        if rows % CHUNK == 0:
            tell(rows)
    store.seal(export.path("sealed"), sheet.content(), secret=export.token.hex)
    now = timezone.now()
    until = now + timedelta(minutes=settings.EXPORT_MINUTES)
    if not export.advance(
        State.RUNNING, State.READY, rows=rows, finished_at=now, expires_at=until
    ):
        export.clear()


def watermark(export):
    """Return the first row of the file: which export, whose, when, why."""
    who = f"{export.by} ({export.by.get_username()})"
    return [str(export), who, at(export.requested_at), export.reason]


def _rows(model_admin, keys):
    """Yield the rows of ``keys`` in that order; those that are gone meanwhile are left out."""
    related = model_admin.list_select_related
    source = model_admin.model._default_manager.all()
    if related:
        source = source.select_related(*(related if related is not True else ()))
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        found = source.in_bulk(some)
        yield from (found[key] for key in some if key in found)


def open_export(export, *, by):
    """
    Encrypt the file with a new password and return that: the one time that it is known.

    :raises TransitionRefused: it is not ready, or was opened before
    """
    with transaction.atomic():
        export = _own(export, by)
        if export.state != State.READY:
            raise TransitionRefused(_not_now(export))
        password = new_password()
        try:
            content = store.unseal(export.path("sealed"), secret=export.token.hex)
        except FileNotFoundError:
            raise TransitionRefused(translation.gettext(GONE)) from None
        export.advance(State.READY, State.OPENED)
        path = export.path("locked")
        path.unlink(missing_ok=True)
        with store.create(path) as file:
            encrypt(content, file, kind=export.format, name=file_name(export), password=password)
        export.path("sealed").unlink(missing_ok=True)
    return password


def fetch(export, *, by):
    """
    Return the open file of ``export``, which is thereby taken and gone from the disk.

    :raises TransitionRefused: it was taken before, is too old, or was never opened
    """
    with transaction.atomic():
        export = _own(export, by)
        if export.state != State.OPENED:
            raise TransitionRefused(_not_now(export))
        try:
            file = export.path("locked").open("rb")
        except FileNotFoundError:
            raise TransitionRefused(translation.gettext(GONE)) from None
        model_admin = admin.site.get_model_admin(apps.get_model(export.kind))
        drivers = sorted(_drivers(model_admin, export.keys))
        export.advance(State.OPENED, State.FETCHED, keys=[])
        _record(export, "downloaded", drivers=drivers)
    export.clear()
    return file


def _own(export, by):
    """Return ``export`` locked, if ``by`` asked for it and may still have it."""
    export = Export.objects.select_for_update().get(pk=export.pk)
    if export.by != by:
        raise TransitionRefused(_("You are not allowed to do this."))
    _refuse_who_may_not(by, apps.get_model(export.kind), unmasked=not export.is_masked)
    if export.expires_at is not None and export.expires_at <= timezone.now():
        raise TransitionRefused(_("The time for this file is over. Ask for the export anew."))
    return export


def _not_now(export):
    if export.state == State.OPENED:
        return _("The password was shown already. If it is lost, ask for the export anew.")
    if export.state == State.FETCHED:
        return _("The file was downloaded already. Ask for the export anew if you need it again.")
    return _("Not possible now: %(what)s is “%(state)s”.") % {
        "what": export,
        "state": export.get_state_display(),
    }


def file_name(export):
    """Return the name of the file without its ending; nothing personal is in it."""
    return f"export-{export.pk}-{export.kind.split('.')[1]}"


def file_kind(export):
    """Return ending and content type of what leaves."""
    return FILES[export.format]


def expire_due():
    """End what nobody fetched in time, and delete what no row knows; return how many ended."""
    due = Export.objects.filter(state__in=Export.ON_DISK, expires_at__lte=timezone.now())
    ended = 0
    for export in due:
        if export.advance(export.state, State.EXPIRED, keys=[]):
            export.clear()
            ended += 1
    live = Export.objects.exclude(state__in=(State.FETCHED, State.EXPIRED, State.FAILED))
    keep = {token.hex for token in live.values_list("token", flat=True)}
    store.remove_forgotten(Export.FOLDER, keep=keep)
    return ended


def _drivers(model_admin, keys):
    """Return {key: name} of the drivers whose data the rows show."""
    shown = map(model_admin.driver_of, _rows(model_admin, keys))
    return {driver.pk: driver.name for driver in shown if driver is not None}


def _record(export, act, **detail):
    record(
        AccessRecord.Action.EXPORT,
        by=export.by,
        page=export.kind,
        export=export.pk,
        act=act,
        format=export.format,
        rows=export.rows,
        masked=export.is_masked,
        reason=export.reason,
        filters=export.filters,
        **detail,
    )


def until(export):
    """Return until when the file can be had, in words."""
    return at(export.expires_at) if export.expires_at else ""
