from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """
    A person who works at the centre. One account for one person.

    What somebody may do comes from the groups in ``roles``, never from this row.
    """

    first_name = None
    last_name = None
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_demo = models.BooleanField(
        default=False, editable=False
    )  # made by the demo: known password

    class Meta(AbstractUser.Meta):
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)
