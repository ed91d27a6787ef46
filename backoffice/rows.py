"""
The rows of an admin list, in place of the theme's tag.

The theme works out every column's heading, classes and links anew for each cell and has each
row as a component of its script; that was half of a page's time. Here a column is worked out
once, and what a cell looks like stands in the style sheet.
"""

from dataclasses import dataclass

from django import template
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import ManyToOneRel
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.templatetags.unfold_list import result_headers

register = template.Library()

CHECKBOX = "action_checkbox"


@register.inclusion_tag("backoffice/rows.html")
def rows(changelist):
    """Show the found rows of ``changelist`` as a table, or what to do where there are none."""
    headers = list(result_headers(changelist))
    columns = [
        _column(changelist, place, name, header["text"])
        for place, (name, header) in enumerate(zip(changelist.list_display, headers, strict=True))
    ]
    return {
        "cl": changelist,
        "result_headers": headers,
        "num_sorted_fields": sum(1 for each in headers if each["sortable"] and each["sorted"]),
        "rows": _rows(changelist, columns),
    }


@dataclass(frozen=True)
class Column:
    """What all cells of a column share: the name of its field, and what stands around a value."""

    name: str
    is_link: bool
    start: str
    end: str


def _column(changelist, place, name, label):
    if name == CHECKBOX:
        return Column(name, False, SafeString('<td class="action-checkbox">'), SafeString("</td>"))
    links = changelist.list_display_links
    first = CHECKBOX in changelist.list_display[:1]
    is_link = links is not None and (name in links if links else place == int(first))
    tag = "th" if is_link else "td"
    scope = SafeString(' scope="row"') if is_link else ""
    start = format_html(
        '<{}{} class="field-{}" data-label="{}">', tag, scope, name, capfirst(label)
    )
    return Column(name, is_link, start, format_html("</{}>", tag))


def _rows(changelist, columns):
    """Return each row as markup, without its ``<tr>``."""
    preserved = {"preserved_filters": changelist.preserved_filters, "opts": changelist.opts}
    kept, made = None, []
    for result in changelist.result_list:
        cells = []
        address = changelist.url_for_result(result)
        if kept is None:
            # The same for each row, and found by resolving an address.
            kept = add_preserved_filters(preserved, address).removeprefix(address)
        for column in columns:
            if column.name == CHECKBOX:
                value = _checkbox(result)
            else:
                value = conditional_escape(_shown(changelist.model_admin, column.name, result))
            if column.is_link:
                popup = _popup(changelist, result)
                value = format_html('<a href="{}{}"{}>{}</a>', address, kept, popup, value)
            cells += [column.start, value, column.end]
        made.append(mark_safe("".join(cells)))  # noqa: S308  # nosec B308 B703  each was escaped
    return made


def _popup(changelist, result):
    if not changelist.is_popup:
        return ""
    key = result.serializable_value(changelist.to_field or changelist.lookup_opts.pk.attname)
    return format_html(' data-popup-opener="{}"', key)


def _shown(model_admin, name, result):
    """Return what stands in a cell: as Django's own lists show it, but yes and no in words."""
    empty = model_admin.get_empty_value_display()
    try:
        field, attribute, value = lookup_field(name, result, model_admin)
    except ObjectDoesNotExist:
        return empty
    empty = getattr(attribute, "empty_value_display", empty)
    if isinstance(value, bool):  # no is no alarm, as Django's red cross would have it
        return _("yes") if value else _("no")
    if field is None or field.auto_created:
        return display_for_value(value, empty)
    if isinstance(field.remote_field, ManyToOneRel):
        related = getattr(result, field.name)
        return empty if related is None else str(related)
    return display_for_field(value, field, empty)


def _checkbox(result):
    return format_html(
        '<input type="checkbox" class="action-select" name="{}" value="{}" aria-label="{}">',
        ACTION_CHECKBOX_NAME,
        result.pk,
        _("Choose %(name)s") % {"name": result},
    )
