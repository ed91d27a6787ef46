"""What the group tool makes of the markup in a post: headings, quotes, bold words, and links."""

import re

from django.utils.html import format_html, format_html_join

# Bold are whole words: the asterisks inside of a masked name or number mask it. Links lead only
# to the web: what else a browser takes for an address stays words.
IN_LINE = re.compile(
    r"(?<![\w*])\*(?P<bold>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<url>https?://[^\s()]+)\)",
    re.IGNORECASE,
)
BLOCKS = (("# ", '<p class="agit-heading">{}</p>'), ("> ", "<blockquote>{}</blockquote>"))


def rendered(text):
    """Return the words of a post as HTML; whatever else stands in them is escaped."""
    return format_html_join("", "{}", ((_block(line),) for line in text.splitlines() if line))


def _block(line):
    for mark, html in BLOCKS:
        if line.startswith(mark):
            return format_html(html, _in_line(line.removeprefix(mark)))
    return format_html("<p>{}</p>", _in_line(line))


def _in_line(line):
    parts, end = [], 0
    for found in IN_LINE.finditer(line):
        parts += [line[end : found.start()], _marked(found)]
        end = found.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, line[end:]]))


def _marked(found):
    if found["bold"]:
        return format_html("<strong>{}</strong>", found["bold"])
    return format_html('<a href="{}">{}</a>', found["url"], found["words"])
