"""The numbers of a list's pages; the theme links the gap between them, too, and to nowhere."""

from django import template
from django.contrib.admin.views.main import PAGE_VAR
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.simple_tag
def page_links(changelist, numbers):
    """Show ``numbers`` as links, but the page that is open and a gap as what they are."""
    return format_html_join(
        "\n", '<div class="page-link">{}</div>', ((_shown(changelist, each),) for each in numbers)
    )


def _shown(changelist, number):
    if number == changelist.page_num:
        return format_html('<span aria-current="page">{}</span>', number)
    if number == changelist.paginator.ELLIPSIS:
        return number
    return format_html(
        '<a href="{}">{}</a>', changelist.get_query_string({PAGE_VAR: number}), number
    )
