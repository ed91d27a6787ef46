"""The choices of a list's filter; a template takes longer for them than for the list itself."""

from django import template
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

CURRENT = SafeString(' aria-current="true"')


@register.simple_tag
def filter_choices(choices, spec):
    """Show ``choices`` as links; whoever sends the form of the other filters keeps this one."""
    links = format_html_join("\n", '<li><a href="{}"{}>{}</a></li>', map(_link, choices))
    chosen = getattr(spec, "lookup_val", None)
    if not chosen or not any(each["selected"] for each in choices):
        return format_html("<ul>{}</ul>", links)
    kept = format_html('<input type="hidden" name="{}" value="{}">', spec.lookup_kwarg, chosen[0])
    return format_html("<ul>{}</ul>{}", links, kept)


def _link(choice):
    current = CURRENT if choice["selected"] else ""
    return iri_to_uri(choice["query_string"]), current, choice["display"]
