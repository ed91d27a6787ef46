from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from backoffice import monitoring
from backoffice.help_page import help_view

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/call/", include("cases.urls")),
    path("admin/", include("backoffice.staff.urls")),
    path("admin/help/", admin.site.admin_view(help_view), name="help"),
    path("admin/", admin.site.urls),
    path("hooks/verification/", include("drivers.urls")),
    path("hooks/sms/", include("backoffice.sms.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", monitoring.healthz, name="healthz"),
    path("readyz", monitoring.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
]

handler400 = "backoffice.outages.bad_request"
handler403 = "backoffice.outages.permission_denied"
handler404 = "backoffice.outages.not_found"
handler500 = "backoffice.outages.server_error"

if settings.DEMO:
    urlpatterns.append(path("demo/", include("backoffice.demo.urls")))
