from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self):
        from . import approvals, blind  # noqa: F401  connect the receivers
        from .figures import marks  # noqa: F401  as well
        from .playbooks.loading import load_playbooks
        from .types import load_consultation_types

        post_migrate.connect(load_consultation_types, sender=self)
        post_migrate.connect(load_playbooks, sender=self)
