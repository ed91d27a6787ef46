"""The trail at the head of a page: where it belongs, whose page it is, and what is done there."""

from dataclasses import dataclass

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst

register = template.Library()


@dataclass(frozen=True)
class Part:
    """One word of the trail, and where it leads; ``link`` is "" where there is no page."""

    title: str
    link: str = ""


@register.inclusion_tag("backoffice/trail.html", takes_context=True)
def trail(context):
    """Show the trail of the page; its last part, which is the page itself, is the heading."""
    *before, here = parts_of(context)
    return {"before": before, "here": here}


@register.simple_tag(takes_context=True)
def trail_title(context):
    """Return what the tab of the browser says: the trail, its last part first."""
    return " | ".join(each.title for each in reversed(parts_of(context)))


def parts_of(context):
    """
    Return the parts of the trail, in order; there is at least one.

    It starts with the line of the side bar that the page belongs to, so a page is called at its
    head what the menu calls it. Then comes whose page it is, which is ``original`` or ``object``
    of the context (``subtitle``, if it is called something else there), and what is done there.
    """
    here = context["request"].path
    parts = []
    opts = context.get("opts")
    if item := _lit(context):
        parts.append(Part(str(item.title), item.link))
        inner = _address(opts, "changelist")
        if here != item.link != inner and item.leads_to(inner):
            parts.append(Part(str(capfirst(opts.verbose_name_plural)), inner))
    if subject := context.get("original") or context.get("object"):
        parts.append(Part(str(context.get("subtitle") or subject), _page_of(subject)))
    title = str(context.get("title") or "")
    if not parts or (here not in {each.link for each in parts} and title != parts[-1].title):
        parts.append(Part(title))
    return parts


def _lit(context):
    for group in context.get("sidebar_navigation") or ():
        for each in group["items"]:
            if each["is_here"]:
                return each["item"]
    return None


def _page_of(subject):
    meta = getattr(subject, "_meta", None)
    return _address(meta, "change", subject.pk) if meta else ""


def _address(opts, page, *args):
    if opts is None:
        return ""
    try:
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)
    except NoReverseMatch:  # not a model of the site
        return ""
