"""
What an admin is without care: Django's own ``ModelAdmin`` and its defaults, under /plain/.

And what the theme's own costs, which does nothing of what the product does: its form, its list of
25 rows, its list of none. No page of a ``ModelAdmin`` in this theme can be had for less.
"""

from django.contrib import admin
from django.contrib.admin import site as product_site
from django.template.response import TemplateResponse
from django.urls import path
from unfold.admin import ModelAdmin as ThemeModelAdmin

from backoffice.audit.models import AccessRecord
from backoffice.sms.models import Message
from backoffice.urls import *  # noqa: F403
from backoffice.urls import urlpatterns as product
from cases.models import Approval, Case
from drivers.models import Correction, Driver

site = admin.AdminSite(name="plain")


@admin.register(Driver, site=site)
class PlainDriverAdmin(admin.ModelAdmin):
    list_display = ["name", "phone", "service_type", "vehicle_no", "state", "verification_state"]
    list_filter = ["service_type", "state", "verification_state"]
    search_fields = ["name", "phone", "vehicle_no"]


@admin.register(Case, site=site)
class PlainCaseAdmin(admin.ModelAdmin):
    list_display = [
        "number", "state", "driver", "consultation_type", "channel", "recontact_no", "owner",
        "created_at",
    ]  # fmt: skip
    list_filter = ["state", "consultation_type", "channel", "resolution", "created_at"]
    search_fields = ["number", "driver__name", "driver__phone"]
    # Its select of a million drivers takes a minute; everybody who has had it uses this.
    raw_id_fields = ["driver", "previous_case"]


@admin.register(Correction, Message, Approval, AccessRecord, site=site)
class PlainAdmin(admin.ModelAdmin):
    list_filter = ["driver__service_type"]
    raw_id_fields = ["driver"]


class ThemeDriver(Driver):
    class Meta:
        proxy = True
        app_label = "drivers"


@admin.register(ThemeDriver, site=product_site)
class ThemeDriverAdmin(ThemeModelAdmin):
    list_display = PlainDriverAdmin.list_display

    def get_queryset(self, request):
        first = Driver.objects.order_by("pk").values("pk")[:25]
        return super().get_queryset(request).filter(pk__in=first)


def empty(request):
    """The theme's page, for whom it is, with nothing on it."""
    return TemplateResponse(request, "admin/base_site.html", product_site.each_context(request))


urlpatterns = [
    path("admin/", product_site.urls),  # once more, with the theme's own among them
    *product,
    path("plain/empty/", product_site.admin_view(empty)),
    path("plain/", site.urls),
]


class PlainTemplates:
    """Middleware: pages under /plain/ are rendered with Django's own templates."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        if request.path.startswith("/plain/") and request.path != "/plain/empty/":
            response.using = "plain"
        return response
