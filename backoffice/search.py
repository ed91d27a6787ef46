"""What was looked for stays out of addresses: it may be a name or a telephone number."""

from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from unfold.views import ChangeList as ThemeChangeList

from backoffice.sealed import Broken, seal, unseal

PURPOSE = "search"
MARK = "~"  # before a sealed term; no other begins with it
SECONDS = 12 * 3600  # a shift; a list that lay open longer shows everything again


class SealedSearchForm(ChangeListSearchForm):
    """Reads a term as a person typed it into the address, and a sealed one."""

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        term = cleaned.get(SEARCH_VAR, "")
        if term.startswith(MARK):
            try:
                cleaned[SEARCH_VAR] = unseal(term[1:], PURPOSE, seconds=SECONDS)
            except Broken:
                cleaned[SEARCH_VAR] = ""
        return cleaned


class ChangeList(ThemeChangeList):
    """Its links repeat the address as it is, so a sealed term stays sealed in them."""

    search_form_class = SealedSearchForm


class SearchIsPosted:
    """
    For admin classes: the search box posts, and the list that follows has a sealed term.

    Their lists are of ``ChangeList``, which reads it.
    """

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_find"
        find = path("find/", self.admin_site.admin_view(self.find_view), name=name)
        return [find, *super().get_urls()]

    def find_view(self, request):
        """Turn what was typed into an address that does not tell it."""
        if request.method != "POST":
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = request.POST.copy()
        query.pop("csrfmiddlewaretoken", None)
        term = query.pop(SEARCH_VAR, [""])[-1].strip()
        if term:
            query[SEARCH_VAR] = MARK + seal(term[:200], PURPOSE)
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(f"{page}?{query.urlencode()}")
