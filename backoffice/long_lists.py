"""
What a list of a million rows may cost: no more than one of some thousands.

A list counts, leafs and sorts the first rows that fit, in the order that an index serves, and
says where it is cut. What lies beyond is found by search and filters.
"""

from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from backoffice.lookups import NarrowedByFilters
from backoffice.search import ChangeList


class LatestPaginator(Paginator):
    """Counts no further than anybody leafs; what lies beyond is found by search and filters."""

    MOST = 5000
    SEARCHED = 500  # by a term that finds more, nobody leafs for whom he is looking for
    is_of_search = False
    is_sorted = False  # by a heading, and not in the order that an index serves
    template_name = "backoffice/pagination.html"  # where the theme looks for one

    @property
    def most(self):
        return self.SEARCHED if self.is_of_search else self.MOST

    @cached_property
    def count(self):
        return self.object_list.order_by()[: self.most].count()

    @property
    def is_cut(self):
        """Whether more fit than are counted, or just as many."""
        return self.count >= self.most

    def page(self, number):
        found = super().page(number)
        if (found.number > 1 or self.is_sorted) and self.count:
            # What is leafed past, or sorted, is not read: only the keys, without what rows join.
            start = found.start_index() - 1
            keys = self.object_list.values_list("pk", flat=True)[start : found.end_index()]
            found.object_list = self.object_list.filter(pk__in=list(keys))
        return found


class ListedChangeList(NarrowedByFilters, ChangeList):
    """
    Sorts by a heading what the list holds anyway, and not the whole table.

    Which rows are listed is thus the same whatever they are sorted by.
    """

    _around = None  # what stands in a row's address before its key, and after it

    def get_queryset(self, request, exclude_parameters=None):
        found = super().get_queryset(request, exclude_parameters)
        if not self.params.get(ORDER_VAR):
            return found
        order = self.model_admin.get_ordering(request) or ["-pk"]
        most = self.model_admin.get_paginator(request, found, self.list_per_page).most
        listed = self.root_queryset.filter(pk__in=found.order_by(*order).values("pk")[:most])
        return self.apply_select_related(listed.order_by(*found.query.order_by))

    def url_for_result(self, result):
        key = str(quote(result.pk))
        if self._around is None:  # resolved once, and not for each row
            start, _key, end = super().url_for_result(result).rpartition(f"/{key}/")
            self._around = f"{start}/", f"/{end}"
        return key.join(self._around)
