"""A list's rows as text: what the page shows, cell by cell."""

from html import unescape

from django.contrib.admin.utils import (
    display_for_field,
    display_for_value,
    label_for_field,
    lookup_field,
)
from django.db.models import ForeignKey
from django.utils.html import strip_tags
from django.utils.safestring import SafeString


def titles(model_admin):
    """Return the headings of the list that ``model_admin`` shows."""
    return [
        str(label_for_field(name, model_admin.model, model_admin))
        for name in model_admin.list_display
    ]


def cells(model_admin, row, *, is_masked):
    """Return ``row`` as the list shows it, or unmasked where the admin class says how."""
    plain = {} if is_masked else model_admin.unmasked_columns
    return [
        plain[name](row) if name in plain else _shown(model_admin, row, name)
        for name in model_admin.list_display
    ]


def _shown(model_admin, row, name):
    field, attribute, value = lookup_field(name, row, model_admin)
    if field is None:
        if getattr(attribute, "boolean", False):
            return "" if value is None else ("Y" if value else "N")
        return _text(display_for_value(value, ""))
    if isinstance(field, ForeignKey):
        return "" if value is None else str(value)
    if isinstance(value, bool):
        return "Y" if value else "N"
    return _text(display_for_field(value, field, ""))


def _text(shown):
    if isinstance(shown, SafeString):
        return unescape(strip_tags(shown)).strip()
    return str(shown)
