from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SmsConfig(AppConfig):
    name = "backoffice.sms"
    label = "sms"
    verbose_name = _("Texts")

    def ready(self):
        from .shipped import load_texts

        post_migrate.connect(load_texts, sender=self)
