from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "backoffice.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self):
        from . import sessions, signals  # noqa: F401  they connect receivers
        from .roles import sync_roles

        post_migrate.connect(sync_roles, sender=self)
