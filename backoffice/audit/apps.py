from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "backoffice.audit"
    label = "audit"
    verbose_name = _("Access records")

    def ready(self):
        from . import (
            guard,
            signals,  # noqa: F401  connects the receivers
        )

        pre_migrate.connect(guard.lift, sender=self)
        post_migrate.connect(guard.install, sender=self)
