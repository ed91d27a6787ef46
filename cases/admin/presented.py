from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from cases import blind
from drivers.reveal_page import reveal_page


class RevealsPresented:
    """For the admin class of the case: the number that the call came from, for a reason."""

    def get_urls(self):
        page = path(
            "<int:pk>/reveal/",
            self.admin_site.admin_view(self.reveal_view),
            name="cases_case_reveal",
        )
        return [page, *super().get_urls()]

    def reveal_view(self, request, pk):
        """Ask for the reason (GET); show the number (POST)."""
        case = self.get_object(request, pk)
        if case is None:
            raise Http404
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        return reveal_page(
            request,
            self,
            subject=case,
            label=_("presented number"),
            refuse=lambda: blind.refuse_presented(case, by=request.user),
            show=lambda **reason: blind.reveal_presented(case, by=request.user, **reason),
            about={"driver": case.driver, "field": "presented_phone", "case": case.number},
            back=reverse("admin:cases_case_desk", args=[case.pk]),
        )
