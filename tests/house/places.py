"""Every pattern of the site's addresses, and an address for each."""

import re

from django.urls import URLResolver, get_resolver


def places():
    """Yield the name and the route of every pattern that has a name."""
    return ((name, route) for name, route in _patterns(get_resolver()) if name)


def nameless():
    return sorted({route for name, route in _patterns(get_resolver()) if not name})


def _patterns(resolver, space="", before=""):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _patterns(pattern, inside, route)
        else:
            yield pattern.name and f"{space}{pattern.name}", route


def address(route, values):
    """Return the route with each of its variables filled from ``values``."""
    route = re.sub(r"\^?\(\?P<app_label>[^)]*\)/\$", "drivers/", route)
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)\$", r"<\1>", route)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)
