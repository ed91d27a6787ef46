from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .rights import FLAGS, RightsChange


class StaffQuerySet(models.QuerySet):
    """Whoever changes rights in bulk is written down as well."""

    def update(self, **changes):
        if not FLAGS & changes.keys():
            return super().update(**changes)
        with transaction.atomic(using=self.db):
            before = list(self.model._default_manager.filter(pk__in=self.values("pk")))
            changed = super().update(**changes)
            after = self.model._default_manager.in_bulk([person.pk for person in before])
            for person in before:
                RightsChange.objects.note_flags(after[person.pk], before=person)
        return changed

    update.alters_data = True

    def bulk_create(self, people, *args, **options):
        with transaction.atomic(using=self.db):
            created = super().bulk_create(people, *args, **options)
            for person in created:
                RightsChange.objects.note_flags(person, before=None)
        return created


class StaffManager(UserManager.from_queryset(StaffQuerySet)):
    use_in_migrations = False

    def with_perm(self, perm, *args, backend="backoffice.staff.backends.StaffBackend", **options):
        # Of the two backends the other only locks, and Django would ask which is meant.
        return super().with_perm(perm, *args, backend=backend, **options)


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
    # Somebody else knows it: an administrator who made it.
    must_change_password = models.BooleanField(default=False, editable=False)

    objects = StaffManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_a_person",
                condition=~models.Q(email=""),
                violation_error_message=_(
                    "Somebody has an account with this e-mail address already. "
                    "One person has one account."
                ),
            )
        ]

    def __str__(self):
        return self.name or self.username

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and not FLAGS & set(update_fields):
            return super().save(*args, update_fields=update_fields, **kwargs)
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, update_fields=update_fields, **kwargs)
            RightsChange.objects.note_flags(self, before=before)

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)
