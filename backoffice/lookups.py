"""A list is narrowed by its own filters, and by nothing else that stands in its address."""

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError


class NarrowedByFilters:
    """For change lists: an address holds what a filter of the page reads, and can be."""

    def __init__(self, *args, **kwargs):
        try:
            super().__init__(*args, **kwargs)
        except (DataError, OverflowError) as failure:
            # A year that no calendar has, a byte that no text has: known when it is looked for.
            raise IncorrectLookupParameters(failure) from failure

    def get_filters(self, request):
        try:
            found = super().get_filters(request)
        except IncorrectLookupParameters as failure:  # what is left names no field at all
            raise DisallowedModelAdminLookup(str(failure)) from failure
        _filters, _has_any, left, *_rest = found
        if left:
            # Asked by hand for ?birthdate__lt=… a list would tell, answer by answer, what it
            # masks; and ?state__regex=( no database can answer.
            raise DisallowedModelAdminLookup(f"No filter reads {', '.join(sorted(left))}.")
        return found
