from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin, on this product's site."""

    default = False
    default_site = "backoffice.site.BackofficeSite"


class BackofficeConfig(AppConfig):
    default = True
    name = "backoffice"
    label = "backoffice"

    def ready(self):
        from backoffice import checks  # noqa: F401  registers the system checks
