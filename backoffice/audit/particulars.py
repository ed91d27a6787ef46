"""The detail of an access record, as a person reads it."""

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

LABELS = {
    "page": gettext_noop("page"),
    "part": gettext_noop("part"),
    "pk": gettext_noop("number"),
    "drivers": gettext_noop("drivers shown"),
    "terms": gettext_noop("searched by"),
    "field": gettext_noop("field"),
    "correction": gettext_noop("correction"),
    "case": gettext_noop("case"),
    "approval": gettext_noop("approval"),
    "compared": gettext_noop("compared"),
    "guard": gettext_noop("guard"),
    "move": gettext_noop("move"),
    "reason": gettext_noop("reason"),
    "records": gettext_noop("records removed"),
    "before": gettext_noop("older than"),
    "month": gettext_noop("month"),
    "method": gettext_noop("request"),
    "export": gettext_noop("export"),
    "import": gettext_noop("import"),
    "act": gettext_noop("act"),
    "format": gettext_noop("format"),
    "rows": gettext_noop("rows"),
    "masked": gettext_noop("masked"),
    "filters": gettext_noop("filters"),
    "fields": gettext_noop("fields"),
    "new": gettext_noop("rows added"),
    "changed": gettext_noop("rows changed"),
    "driver_ranges": gettext_noop("drivers' numbers"),
    "request": gettext_noop("rights request"),
    "copy": gettext_noop("copy"),
}
VALUES = {
    "home": gettext_noop("Home"),
    "call": gettext_noop("Call"),
    "desk": gettext_noop("Desk"),
    "picker": gettext_noop("choice of a driver"),
    "approvals": gettext_noop("Waiting for a decision"),
    "review": gettext_noop("monthly review"),
    "new driver": gettext_noop("new driver"),
    "access records": gettext_noop("access records"),
    "history": gettext_noop("history"),
    "phone": gettext_noop("phone"),
    "last4": gettext_noop("last four digits"),
    "name": gettext_noop("name"),
    "initials": gettext_noop("initials"),
    "birthdate": gettext_noop("birthdate"),
    "vehicle_no": gettext_noop("vehicle number"),
    "company": gettext_noop("company"),
    "rights": gettext_noop("rights request"),
    "requested": gettext_noop("asked for"),
    "downloaded": gettext_noop("downloaded"),
    "download": gettext_noop("download"),
    "password": gettext_noop("password"),
    "uploaded": gettext_noop("uploaded"),
    "confirmed": gettext_noop("confirmed"),
    "imported": gettext_noop("imported"),
    "dropped": gettext_noop("dropped"),
    "GET": gettext_noop("to look"),
    "POST": gettext_noop("to act"),
    "True": gettext_noop("yes"),
    "False": gettext_noop("no"),
}


def particulars(detail):
    """
    Return (label, value) for each thing that a record tells, with words for what has one.

    In the order of ``LABELS``: a database may keep its own.
    """
    known = [name for name in LABELS if name in detail]
    others = [name for name in detail if name not in LABELS]
    return [(_(LABELS[name]), _value(name, detail[name])) for name in known] + [
        (name, _value(name, detail[name])) for name in others
    ]


def in_a_line(detail):
    """Return the same as one line; how many drivers, not which."""
    shown = dict(detail)
    if isinstance(shown.get("drivers"), list):
        shown["drivers"] = len(shown["drivers"])
    return " · ".join(f"{label}: {value}" for label, value in particulars(shown))


def _value(name, value):
    if isinstance(value, list):
        return ", ".join(_value(name, each) for each in value)
    text = str(value)
    if name == "page" and ":" in text:
        return _of_an_address(text)
    if name == "page" and text.count(".") == 1:
        try:
            return str(apps.get_model(text)._meta.verbose_name)
        except LookupError:
            return text
    return _(VALUES[text]) if text in VALUES else text


def _of_an_address(view_name):
    """Return the list that a refused page belongs to: admin:staff_user_changelist → staff."""
    for model in apps.get_models():
        meta = model._meta
        if view_name.startswith(f"admin:{meta.app_label}_{meta.model_name}_"):
            return str(meta.verbose_name)
    return view_name
