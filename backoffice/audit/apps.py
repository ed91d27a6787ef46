from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "backoffice.audit"
    label = "audit"
    verbose_name = _("Access records")

    def ready(self):
        from . import signals  # noqa: F401  connects the receivers
