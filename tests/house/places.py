"""The table of the walk: who gets in at each URL name; everybody else is refused."""

import re

from django.urls import URLResolver, get_resolver


def places(resolver=None, space="", before=""):
    """Yield the name and the route of every pattern beneath ``resolver``."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from places(pattern, inside, route)
        elif pattern.name:
            yield f"{space}{pattern.name}", route


def address(route, values):
    """Return the route with each of its variables filled from ``values``."""
    route = re.sub(r"\^?\(\?P<app_label>[^)]*\)/\$", "drivers/", route)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)
