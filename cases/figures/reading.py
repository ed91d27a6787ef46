"""What is stored of the days that a page is asked for."""

from itertools import chain

from django.db.models import Q

from cases.models import DayFigures, MonthFigures

from .days import DAY, end_of_month


def stored(asked, *fields, **lookups):
    """
    Yield a day and the ``fields`` of every row of figures in the period of ``asked``.

    Where the page shows a month as one, its row stands for its days, under its first one.
    """
    days = Q(day__range=(asked.first, asked.last))
    months = asked.months()
    if not months:
        return DayFigures.objects.filter(days, **lookups).values_list("day", *fields)
    before = Q(day__range=(asked.first, months[0] - DAY))
    after = Q(day__range=(end_of_month(months[-1]) + DAY, asked.last))
    whole = MonthFigures.objects.filter(month__range=(months[0], months[-1]), **lookups)
    return chain(
        DayFigures.objects.filter(before | after, **lookups).values_list("day", *fields),
        whole.values_list("month", *fields),
    )
