"""How much room words take where nothing breaks lines by itself, as in SVG."""

from unicodedata import east_asian_width

WIDE, NARROW, SPACE = 0.97, 0.6, 0.32  # of the size of the letters, a little on the safe side


def length(text, size):
    """Return about how many pixels ``text`` takes in letters of ``size``."""
    return size * sum(
        SPACE if letter == " " else WIDE if east_asian_width(letter) in "WF" else NARROW
        for letter in text
    )


def fitted(text, size, room):
    """Return ``text``, or as much of it as fits into ``room`` pixels and an ellipsis."""
    if length(text, size) <= room:
        return text
    while text and length(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def in_two_lines(text, size, room):
    """Return one or two lines of at most ``room`` pixels: broken at a space, if there is one."""
    if length(text, size) <= room:
        return [text]
    most = next(n for n in range(len(text), 0, -1) if n == 1 or length(text[:n], size) <= room)
    end = most if text[most] == " " else text.rfind(" ", 0, most)
    if end <= 0:
        end = most
    return [text[:end], fitted(text[end:].strip(), size, room)]
