"""What a password has to be: the rule that Korean centres are audited by."""

import string

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
RULE = {2: 10, 3: 8, 4: 8}  # how many kinds of characters → how long at least


class KindsValidator:
    """Ten characters of two kinds, or eight of three: letters small and large, digits, others."""

    def validate(self, password, user=None):
        kinds = {
            next((number for number, kind in enumerate(KINDS) if letter in kind), len(KINDS))
            for letter in password
        }
        if len(password) < RULE.get(len(kinds), len(password) + 1):
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self):
        return _(
            "At least 10 characters of two kinds, or 8 of three: small letters, capital "
            "letters, digits, other characters."
        )


class NotTheLastValidator:
    """Not the one that is in use: a password that has to be changed is changed."""

    def validate(self, password, user=None):
        # The account still has the old one: the new one is validated before it is set.
        if user is not None and check_password(password, user.password):
            raise ValidationError(self.get_help_text(), code="password_in_use")

    def get_help_text(self):
        return _("Not the password that is in use at present.")
