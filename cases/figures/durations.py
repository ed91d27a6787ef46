"""Lengths of time as histograms: those of many days add up, medians would not."""

from bisect import bisect_left

from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400

# Seconds. What took exactly as long as a limit lies beneath it; the last step has no end.
LIMITS = (
    *(10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700),
    *(HOUR, 5400, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 9 * HOUR, 12 * HOUR, DAY),
    *(2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY, 30 * DAY),
)
# The steps that a page draws; each is a limit of the finer ones.
DRAWN = (60, 300, 900, HOUR, 4 * HOUR, DAY, 3 * DAY)


def step_of(length):
    """Return the number of the step in which ``length``, a timedelta, lies."""
    return bisect_left(LIMITS, max(length.total_seconds(), 0))


def quantile(steps, share):
    """
    Return the seconds within which ``share`` of the lengths lie, None of nothing.

    :param steps: how many lie in each step, by its number. Within a step they are taken as
        evenly spread; beyond the last limit it is that limit, and the page says "more than"
    """
    wanted, before = share * sum(steps.values()), 0
    for step in sorted(steps):
        count = steps[step]
        if count and before + count >= wanted:
            if step == len(LIMITS):
                return float(LIMITS[-1])
            begin = LIMITS[step - 1] if step else 0
            return begin + (LIMITS[step] - begin) * (wanted - before) / count
        before += count
    return None


def drawn(steps):
    """Return the counts of the coarse steps: (seconds or None, count) each."""
    sums, begin = [], 0
    for limit in (*DRAWN, None):
        end = len(LIMITS) + 1 if limit is None else LIMITS.index(limit) + 1
        sums.append((limit, sum(steps.get(step, 0) for step in range(begin, end))))
        begin = end
    return sums


def told(seconds):
    """Return ``seconds`` in the words of a person, rounded, with its unit."""
    if seconds is None:
        return "–"
    if seconds >= LIMITS[-1]:
        return _("more than %(length)s") % {"length": _("%(n)s d") % {"n": LIMITS[-1] // DAY}}
    for unit, words in ((DAY, "%(n)s d"), (HOUR, "%(n)s h"), (MINUTE, "%(n)s min")):
        if seconds >= unit:
            return _told(seconds / unit, words)
    return _("%(n)s s") % {"n": round(seconds)}


def _told(number, words):
    shown = f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
    return UNITS[words]() % {"n": shown}


UNITS = {
    "%(n)s d": lambda: _("%(n)s d"),
    "%(n)s h": lambda: _("%(n)s h"),
    "%(n)s min": lambda: _("%(n)s min"),
}
