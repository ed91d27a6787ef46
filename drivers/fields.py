"""Form fields that take what people type."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .birthdates import read_birthdate
from .names import visible
from .phones import parse_phone, validate_mobile


class ComposedField(forms.CharField):
    """
    A text with one letter where a person sees one, and none where he sees none.

    홍 can also be typed as three; and what is pasted may have letters of no width in it.
    """

    def to_python(self, value):
        return unicodedata.normalize("NFC", super().to_python(visible(value or "")))


class MobileField(forms.CharField):
    """A Korean mobile number in any habit of typing; cleans to a ``PhoneNumber``, or None."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "tel")
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value):
        typed = super().clean(value)
        if typed in self.empty_values:
            return None
        number = parse_phone(typed)
        if number is None:
            raise ValidationError(_("Enter a mobile number such as 010-1234-5678."))
        validate_mobile(number)
        return number


class BirthdateField(forms.CharField):
    """
    A birthdate in any habit of typing; cleans to a date, or None.

    A century that was not typed is never taken silently: the reading is put
    into the field and the person asked to save once more.
    """

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs.setdefault("placeholder", _("e.g. 800305"))
        self.widget.attrs["data-birthdate"] = ""  # the script shows the reading while typing

    def clean(self, value):
        typed = super().clean(value)
        if typed in self.empty_values:
            return None
        reading = read_birthdate(typed)
        if reading.guessed:
            raise CenturyGuessed(reading.date)
        return reading.date


class CenturyGuessed(ValidationError):
    """Two digits of a year were typed; ``reading`` is what they most likely mean."""

    def __init__(self, reading):
        super().__init__(
            _("Is %(date)s right? If so, save again.") % {"date": reading.isoformat()},
            code="century",
        )
        self.reading = reading
