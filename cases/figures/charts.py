"""What the page of the figures draws: sums of the days that were asked for, and their lists."""

from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from backoffice.sms.models import Message
from cases.models import Approval, Case, ConsultationType, DayFigures

from . import durations
from .counting import DECIDED, NO_PLAYBOOK
from .days import DAY, day_of
from .models import About
from .period import between
from .reading import stored

TEXT_RESULTS = (
    *("delivered", "accepted", "undelivered", "failed", "unknown", "sending", "queued"),
)
MOMENT = timedelta(microseconds=1)  # no shorter one is stored
AGES = (15 * 60, 3600, 4 * 3600, 24 * 3600)  # seconds that a request has been waiting


def part(counts, start):
    """Return those of ``counts`` whose names begin with ``start``, by the rest of the name."""
    start += ":"
    return {
        name.removeprefix(start): n for name, n in counts.items() if name.startswith(start) and n
    }


def summed(rows):
    """Return the sum of ``rows`` of counts."""
    sums = Counter()
    for counts in rows:
        sums.update(counts)
    return sums


def today():
    """Return how many cases were opened today, and how many of them are closed by now."""
    rows = DayFigures.objects.filter(
        person=0, version=0, day=day_of(timezone.now()), about=About.CASES
    )
    states = part(summed(rows.values_list("counts", flat=True)), "state")
    return {"opened": sum(states.values()), "closed": states.get(Case.State.CLOSED, 0)}


class Figures:
    """The figures of one ``Asked``: read once, then told in parts. Of nobody but of all."""

    def __init__(self, asked):
        self.asked = asked
        self._lists = {}  # their addresses, without what is special
        who = {"owner__id__exact": asked.person, "channel__exact": asked.channel}
        self._who = {name: value for name, value in who.items() if value}
        self.stretches = asked.steps()
        place_of = {
            first + offset * DAY: place
            for place, (first, last) in enumerate(self.stretches)
            for offset in range((last - first) // DAY + 1)
        }
        self.cases_in = [Counter() for _stretch in self.stretches]
        self.texts, self.approvals = Counter(), Counter()
        rows = stored(
            asked, "about", "person", "channel", "counts", version=0, person__in={0, asked.person}
        )
        for day, about, person, channel, counts in rows:
            if about == About.TEXTS:
                self.texts.update(counts)
            elif about == About.APPROVALS:
                self.approvals.update(counts)
            elif person == asked.person and asked.channel in {"", channel}:
                self.cases_in[place_of[day]].update(counts)
        self.cases = summed(self.cases_in)
        self.opened = sum(part(self.cases, "state").values())

    # The lists that the figures lead to

    def cases_url(self, first=None, last=None, **more):
        """Return the list of the cases that a figure counts."""
        return self._list("cases_case", "created_at", first, last, self._who | more)

    def texts_url(self, **more):
        return self._list("sms_message", "queued_at", None, None, more)

    def approvals_url(self, **more):
        return self._list("cases_approval", "requested_at", None, None, more)

    def _list(self, model, field, first, last, more):
        key = model, first, last
        if key not in self._lists:
            days = between(field, first or self.asked.first, last or self.asked.last)
            self._lists[key] = f"{reverse(f'admin:{model}_changelist')}?{urlencode(days)}"
        return self._lists[key] + (f"&{urlencode(more)}" if more else "")

    # The parts

    def overview(self):
        """Return what stands on top: label, figure, list and a word beside it."""
        closed = self.cases.get("state:closed", 0)
        corrected = self.cases.get("end:corrected", 0)
        texts = sum(part(self.texts, "state").values())
        follows = self.cases.get("follows_correction", 0)
        return [
            _tile(_("Cases opened"), self.opened, self.cases_url()),
            _tile(
                _("of these closed"),
                closed,
                self.cases_url(state__exact="closed"),
                _percent(closed, self.opened),
            ),
            _tile(
                _("Re-contacts after a correction"),
                follows,
                self.cases_url(follows="correction"),
                _("within 24 hours"),
            ),
            _tile(
                _("Closed as corrected"), corrected, self.cases_url(resolution__exact="corrected")
            ),
            _tile(
                _("Texts delivered"),
                self.texts.get("state:delivered", 0),
                self.texts_url(state__exact="delivered"),
                _percent(self.texts.get("state:delivered", 0), texts),
            ),
        ]

    def by_state(self):
        """Return the cases by their present state over time, as bars and as a table."""
        labels = dict(Case.State.choices)
        sums = [part(counts, "state") for counts in self.cases_in]
        most = max((sum(each.values()) for each in sums), default=0)
        totals = part(self.cases, "state")
        return {
            "bars": [
                self._bar(*stretch, found, labels, most)
                for stretch, found in zip(self.stretches, sums, strict=True)
            ],
            "legend": [
                {
                    "state": state,
                    "label": label,
                    "n": totals.get(state, 0),
                    "url": self.cases_url(state__exact=state),
                }
                for state, label in labels.items()
            ],
        }

    def _bar(self, first, last, found, labels, most):
        label, n = _told_days(first, last), sum(found.values())
        return {
            "label": label,
            "n": n,
            "url": n and self.cases_url(first, last),
            "told": " · ".join([label, *(f"{labels[each]} {found[each]}" for each in found)]),
            "states": [
                {
                    "state": state,
                    "n": found.get(state, 0),
                    "height": share(found.get(state, 0), most),
                    "url": state in found and self.cases_url(first, last, state__exact=state),
                }
                for state in labels
            ],
        }

    def by_type(self):
        """Return the cases by consultation type, and how many of each there were over time."""
        over_time = [part(counts, "type") for counts in self.cases_in]
        totals = part(self.cases, "type")
        # Those out of use have cases of their time.
        leaves = ConsultationType.objects.filter(Q(is_leaf=True) | Q(pk__in=list(totals)))
        most = max(totals.values(), default=0)
        highest = max((n for found in over_time for n in found.values()), default=0)
        return [
            {
                "topic": leaf.parent.name if leaf.parent else "",
                "label": leaf.name,
                "n": totals.get(str(leaf.pk), 0),
                "width": share(totals.get(str(leaf.pk), 0), most),
                "url": self.cases_url(consultation_type__id__exact=leaf.pk),
                **_over_time([found.get(str(leaf.pk), 0) for found in over_time], highest),
            }
            for leaf in leaves.select_related("parent").order_by("parent__position", "position")
        ]

    def lengths(self):
        """Return how long it took until somebody began, and until the end."""
        worked_on = ",".join(state for state in Case.State if state != Case.State.NEW)
        return [
            {
                "label": _("From opening until work begins"),
                "url": self.cases_url(state__in=worked_on),
                **_length(part(self.cases, "begin")),
            },
            {
                "label": _("From opening to close"),
                "url": self.cases_url(state__exact="closed"),
                **_length(part(self.cases, "close")),
            },
        ]

    def first_contacts(self, versions):
        """Return how many were solved at the first contact, for each version."""
        first, solved = part(self.cases, "first"), part(self.cases, "solved")
        names = {str(pk): str(version) for pk, version in versions.items()}
        names[str(NO_PLAYBOOK)] = _("without a playbook")
        return [
            {
                "label": names.get(key, key),
                "n": first[key],
                "solved": solved.get(key, 0),
                "percent": _percent(solved.get(key, 0), first[key]),
                "width": share(solved.get(key, 0), first[key]),
                "url": self.cases_url(contact="first", walked=key),
                "solved_url": self.cases_url(contact="solved", walked=key),
            }
            for key in sorted(first, key=lambda key: names.get(key, key))
        ]

    def texts_by_result(self):
        """Return the texts of everybody by what became of them."""
        labels, found = dict(Message.State.choices), part(self.texts, "state")
        most = max(found.values(), default=0)
        return [
            {
                "state": state,
                "label": labels[state],
                "n": found[state],
                "percent": _percent(found[state], sum(found.values())),
                "width": share(found[state], most),
                "url": self.texts_url(state__exact=state),
            }
            for state in TEXT_RESULTS
            if state in found
        ]

    def decisions(self):
        """Return how long those who asked for an approval waited for a person's decision."""
        return {
            "url": self.approvals_url(state__in=",".join(DECIDED)),
            **_length(part(self.approvals, "wait")),
        }


def pending_approvals():
    """Return what waits for a decision now, by how long it has been waiting."""
    now = timezone.now()
    waiting = Approval.objects.pending().values_list("requested_at", flat=True)
    ages = [(now - requested).total_seconds() for requested in waiting]
    rows, begin = [], 0
    for limit in (*AGES, None):
        end = limit or float("inf")
        n = sum(begin <= age < end or (age < 0 and begin == 0) for age in ages)
        moments = {}  # as the filter of the list reads them: from, and before
        if begin:
            moments["requested_at__lt"] = str(now - timedelta(seconds=begin) + MOMENT)
        if limit:
            moments["requested_at__gte"] = str(now - timedelta(seconds=limit) + MOMENT)
        rows.append(
            {
                "label": _up_to(limit, begin),
                "n": n,
                "width": share(n, len(ages)),
                "url": f"{reverse('admin:cases_approval_changelist')}?"
                + urlencode({"state__exact": "pending"} | moments),
            }
        )
        begin = limit
    return {"n": len(ages), "rows": rows}


def _length(found):
    """Return a histogram of lengths of time: its coarse steps, its median and its 90th part."""
    steps = {int(step): n for step, n in found.items()}
    drawn = durations.drawn(steps)
    most = max((n for _limit, n in drawn), default=0)
    before = [None, *(limit for limit, _n in drawn)]
    return {
        "n": sum(steps.values()),
        "median": durations.told(durations.quantile(steps, 0.5)),
        "late": durations.told(durations.quantile(steps, 0.9)),
        "rows": [
            {"label": _up_to(limit, begin), "n": n, "width": share(n, most)}
            for (limit, n), begin in zip(drawn, before, strict=False)
        ],
    }


def _up_to(limit, begin):
    if limit is None:
        return _("longer than %(length)s") % {"length": durations.told(begin)}
    return _("up to %(length)s") % {"length": durations.told(limit)}


def _over_time(numbers, highest):
    """Return ``numbers`` as a path of bars in a box of their number times 100, and as cells."""
    heights = (share(n, highest) for n in numbers)
    path = "".join(f"M{x} 100v-{y}h.8v{y}z" for x, y in enumerate(heights) if y)
    cells = "".join(f'<td class="number">{n:d}</td>' for n in numbers)
    # Hundreds of cells; a template would take longer for them than all the counting.
    cells = mark_safe(cells)  # noqa: S308  # nosec B308 B703 # nothing but numbers
    return {"path": path, "steps": len(numbers), "cells": cells}


def _tile(label, n, url, beside=""):
    return {"label": label, "n": n, "url": url, "beside": beside}


def _told_days(first, last):
    if first == last:
        return date_format(first, "n/j")
    return f"{date_format(first, 'n/j')}–{date_format(last, 'n/j')}"


def _percent(n, of):
    return f"{100 * n / of:.0f}%" if of else ""


def share(n, most):
    """Return ``n`` in percent of ``most``, and at least one where there is anything to see."""
    return max(round(100 * n / most), 1) if n else 0
