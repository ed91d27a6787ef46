from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    name = "backoffice.retention"
    label = "retention"
    verbose_name = _("Retention")

    def ready(self):
        from . import beneath  # noqa: F401  the rules for what stands beneath this floor

        autodiscover_modules("retention")  # each app above declares its own
