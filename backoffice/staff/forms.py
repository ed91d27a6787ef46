"""Accounts, as an administrator fills them in."""

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from unfold.forms import (
    AdminOwnPasswordChangeForm,
    AdminPasswordChangeForm,
    UserChangeForm,
    UserCreationForm,
)

from .models import RightsChange, Session, User
from .passwords import NotTheLastValidator
from .roles import ADMINISTRATOR


class NewAccountForm(UserCreationForm):
    """Who is to work here from now on; a row without a sign-in is not what is wanted."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("name", "email", "password1", "password2"):
            self.fields[name].required = True
        self.fields["is_staff"].initial = True
        self.fields["password1"].help_text = _rules_for_a_first_password()

    def save(self, commit=True):
        self.instance.must_change_password = True
        return super().save(commit)


class AssignedPasswordForm(AdminPasswordChangeForm):
    """A password that an administrator gives: it opens nothing but the page to change it."""

    @transaction.atomic
    def save(self, commit=True):
        self.user.must_change_password = True
        user = super().save(commit)
        RightsChange.objects.note(RightsChange.What.PASSWORD, user)
        Session.objects.end_of(user)
        return user


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    def save(self, commit=True):
        self.user.must_change_password = False
        return super().save(commit)


class AccountForm(UserChangeForm):
    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self._was_administrator() and not self._stays_administrator():
            # Held to the end: two administrators cannot take each other's rights at once.
            Group.objects.select_for_update().get(name=ADMINISTRATOR)
            if not administrators().exclude(pk=self.instance.pk).exists():
                raise ValidationError(
                    _("This is the last administrator. Make somebody else one first.")
                )
        return cleaned

    def _was_administrator(self):
        return administrators().filter(pk=self.instance.pk).exists()

    def _stays_administrator(self):
        """Return whether he will be one; fields that are only shown stay as they are."""

        def value(name):
            return self.cleaned_data.get(name) if name in self.fields else True

        groups = self.cleaned_data.get("groups") if "groups" in self.fields else None
        is_in_group = groups is None or any(group.name == ADMINISTRATOR for group in groups)
        return is_in_group and value("is_active") and value("is_staff")


def _rules_for_a_first_password():
    validators = get_default_password_validators()
    return password_validators_help_text_html(
        [each for each in validators if not isinstance(each, NotTheLastValidator)]
    )


def administrators():
    """Return those who can manage accounts."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=ADMINISTRATOR)
