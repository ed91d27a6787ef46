"""
The steps and ways of a version as SVG.

Written here and not in the template, which takes ten times as long for a thousand small values.
"""

from django.utils.html import format_html, format_html_join

from .graph import ANSWER_LINE, NOTE_LINE, PADDING, TITLE_LINE, WIDTH
from .routing import path

THINNEST, THICKEST = 2, 6  # pixels of a line; the tracks are nine apart
BADGE_HEIGHT, BADGE_LETTER = 18, 7


def picture(graph, *, url_of=None):
    """
    Return what stands inside the <svg> of ``graph``, as ``graph.draw`` makes it.

    :param url_of: gives a step the address that its box leads to
    """
    most = max((way.taken for node in graph["nodes"] for way in node.ways), default=0)
    bundles = {}
    for node in graph["nodes"]:
        for way in node.ways:
            if way.to:
                bundles.setdefault((id(way.to), way.is_back), []).append((node, way))
    return format_html(
        "{}{}",
        format_html_join("", "{}", ((_bundle(each, most),) for each in bundles.values())),
        format_html_join("", "{}", ((_node(node, url_of),) for node in graph["nodes"])),
    )


def _bundle(lines, most):
    """Return the lines that go to one step together; those taken lie on the others."""
    lines = sorted(lines, key=lambda line: line[1].taken)
    end_x, end_y = lines[-1][1].points[-1]
    kind = " back" if lines[-1][1].is_back else ""
    taken = " taken" if lines[-1][1].taken else ""
    return format_html(
        '<g class="bundle{}">{}<path class="arrow{}" d="M{} {}l-9 -4.5v9z"/></g>',
        kind,
        format_html_join(
            "",
            '<path class="edge{}" d="{}"{}><title>{}</title></path>',
            (
                (
                    " taken" if way.taken else "",
                    path([*way.points[:-1], (end_x - 8, end_y)]),  # its blunt end under the arrow
                    format_html(' style="stroke-width: {}"', _width(way.taken, most))
                    if way.taken
                    else "",
                    f"{node.step.title} – {_told(way)}",
                )
                for node, way in lines
            ),
        ),
        taken,
        *(end_x, end_y),
    )


def _width(taken, most):
    return f"{THINNEST + (THICKEST - THINNEST) * taken / most:.1f}"


def _told(way):
    """Return a way as a sentence would have it."""
    to = f" → {way.to.step.title}" if way.to else ""
    return f"{way.answer}{f' ({way.taken})' if way.taken else ''}{to}"


def _node(node, url_of):
    drawn = format_html("{}{}{}{}", _box(node), _words(node), _rows(node), _badge(node))
    told = "\n".join([node.step.title, node.note, *map(_told, node.ways)])
    if url_of is None:
        return format_html("<g><title>{}</title>{}</g>", told, drawn)
    return format_html('<a href="{}"><title>{}</title>{}</a>', url_of(node.step), told, drawn)


def _box(node):
    return format_html(
        '<rect class="node {}" x="{}" y="{}" width="{}" height="{}" rx="6"/>',
        *(node.step.kind, node.x, node.y, WIDTH, node.height),
    )


def _words(node):
    x, y = node.x + PADDING, node.y + 4
    return format_html(
        '{}<text class="node-rule" x="{}" y="{}">{}</text>',
        format_html_join(
            "",
            '<text class="node-title" x="{}" y="{}">{}</text>',
            ((x, y + n * TITLE_LINE, line) for n, line in enumerate(node.title, start=1)),
        ),
        *(x, y + len(node.title) * TITLE_LINE + NOTE_LINE - 8, node.note),
    )


def _rows(node):
    left, right = node.x + PADDING, node.x + WIDTH
    return format_html_join(
        "",
        '<path class="node-line" d="M{} {}H{}"/><text class="way{}" x="{}" y="{}">{}</text>{}{}',
        (
            (
                *(node.x + 1, way.y - ANSWER_LINE // 2, right - 1),
                "" if way.to else " nowhere",
                *(left, way.y + 4, way.shown),
                format_html(
                    '<text class="way-count" x="{}" y="{}">{}</text>',
                    *(right - PADDING, way.y + 4, way.taken),
                )
                if way.taken
                else "",
                format_html('<circle class="port" cx="{}" cy="{}" r="2.5"/>', right, way.y)
                if way.to
                else "",
            )
            for way in node.ways
        ),
    )


def _badge(node):
    if not node.here:
        return ""
    width = BADGE_LETTER * len(str(node.here)) + 12
    x, y = node.x + WIDTH - width - 8, node.y - BADGE_HEIGHT // 2
    return format_html(
        '<rect class="here" x="{}" y="{}" width="{}" height="{}" rx="9"/>'
        '<text class="here-count" x="{}" y="{}">{}</text>',
        *(x, y, width, BADGE_HEIGHT),
        *(x + width / 2, y + 13, node.here),
    )
