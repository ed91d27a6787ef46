"""The detail of an access record, as a person reads it."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS = {
    "page": _("page"),
    "part": _("part"),
    "pk": _("number"),
    "drivers": _("drivers shown"),
    "terms": _("searched by"),
    "field": _("field"),
    "correction": _("correction"),
    "case": _("case"),
    "approval": _("approval"),
    "compared": _("compared"),
    "guard": _("guard"),
    "move": _("move"),
    "reason": _("reason"),
    "records": _("records removed"),
    "before": _("older than"),
    "month": _("month"),
    "method": pgettext_lazy("access record", "request"),
    "export": _("export"),
    "import": _("import"),
    "act": _("act"),
    "format": _("format"),
    "rows": _("rows"),
    "masked": _("masked"),
    "filters": _("filters"),
    "fields": _("fields"),
    "new": _("rows added"),
    "changed": _("rows changed"),
    "driver_ranges": _("drivers' numbers"),
    "request": _("rights request"),
    "copy": _("copy"),
}
VALUES = {
    "home": _("Home"),
    "call": _("Call"),
    "desk": _("Desk"),
    "picker": _("choice of a driver"),
    "approvals": _("Waiting for a decision"),
    "review": _("monthly review"),
    "new driver": _("new driver"),
    "access records": _("access records"),
    "history": _("history"),
    "phone": _("phone"),
    "last4": _("last four digits"),
    "name": _("name"),
    "initials": _("initials"),
    "birthdate": _("birthdate"),
    "vehicle_no": _("vehicle number"),
    "company": _("company"),
    "driver": _("driver"),
    "presented_phone": _("presented number"),
    "consultation_type": _("consultation type"),
    "rights": _("rights request"),
    "requested": pgettext_lazy("access record", "asked for"),
    "downloaded": _("downloaded"),
    "download": _("download"),
    "password": _("password"),
    "uploaded": _("uploaded"),
    "checked": pgettext_lazy("access record", "checked"),
    "confirmed": pgettext_lazy("access record", "confirmed"),
    "imported": _("imported"),
    "dropped": _("dropped"),
    "GET": _("to look"),
    "POST": _("to act"),
    "True": _("yes"),
    "False": _("no"),
}


def particulars(detail):
    """
    Return (label, value) for each thing that a record tells, with words for what has one.

    In the order of ``LABELS``: a database may keep its own.
    """
    known = [name for name in LABELS if name in detail]
    others = [name for name in detail if name not in LABELS]
    return [(str(LABELS[name]), _value(name, detail[name])) for name in known] + [
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
    return str(VALUES[text]) if text in VALUES else text


def _of_an_address(view_name):
    """Return the list that a refused page belongs to: admin:staff_user_changelist → staff."""
    for model in apps.get_models():
        meta = model._meta
        if view_name.startswith(f"admin:{meta.app_label}_{meta.model_name}_"):
            return str(meta.verbose_name)
    return view_name
