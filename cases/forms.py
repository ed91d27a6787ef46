import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from backoffice.sms.nights import night_warning
from backoffice.staff.models import User
from backoffice.workflow.forms import VersionedForm
from backoffice.workflow.reasons import refuse_code, refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused
from drivers.fields import BirthdateField
from drivers.forms import ReadingMixin
from drivers.phones import parse_phone

from .models import WORK, Case
from .services import refuse_past

NOBODY = _("The personal data of this driver was erased; open a case without a driver.")


class CloseForm(forms.Form):
    """How a case ends; only what its state allows is offered."""

    needs_object = True

    resolution = forms.ChoiceField(label=_("resolution"), widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        label=_("note"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )

    def __init__(self, *args, moving, **kwargs):
        super().__init__(*args, **kwargs)
        ends = set(moving.ends)
        if self.is_bound and self.data.get("version") != str(moving.version):
            # The case has moved on since. The move says so, not this field.
            ends.add(self.data.get("resolution"))
        allowed = [(value, label) for value, label in Case.Resolution.choices if value in ends]
        # Nothing is chosen beforehand: what is closed stays as it was closed.
        self.fields["resolution"].choices = [("", _("Select value")), *allowed]


class HandOverForm(forms.Form):
    """To whom a case goes."""

    to = forms.ModelChoiceField(
        label=_("to whom"),
        queryset=User.objects.none(),
        empty_label=_("Select value"),
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(
        label=_("note"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.with_perm(WORK).order_by("name")


class CaseForm(VersionedForm, forms.ModelForm):
    """What is noted about a case; its state is not among it."""

    # Of a new one: the admin class includes ``cases/once.html`` before the form.
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    presented_phone = forms.CharField(
        label=_("presented number"),
        required=False,
        max_length=30,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("The number the call came from, or that the mail names. Empty if withheld."),
    )

    class Meta:
        model = Case
        widgets = {"note": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        fields = [
            "driver",
            "channel",
            "presented_phone",
            "consultation_type",
            "note",
            "follow_up_at",
            "follow_up_reason",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["request_key"]
        if self.instance.pk is not None and "presented_phone" in self.fields:
            self.initial.pop("presented_phone", None)  # the card shows it, masked
            self.fields["presented_phone"].help_text = _("Leave empty to keep it.")

    def clean_driver(self):
        driver = self.cleaned_data["driver"]
        if driver is not None and driver.erased_at is not None:
            raise forms.ValidationError(NOBODY)
        return driver

    def clean_presented_phone(self):
        if not (typed := self.cleaned_data["presented_phone"]):
            return self.instance.presented_phone
        number = parse_phone(typed)
        if number is None or not number.is_valid():
            raise forms.ValidationError(
                _("This is no telephone number. Leave the field empty if it was withheld.")
            )
        return number

    def clean(self):
        cleaned = super().clean()
        for name in ("note", "follow_up_reason"):
            self._refuse(name, refuse_code, cleaned.get(name))
        self._clean_call_back(cleaned)
        if self.instance.pk is not None:
            self.lock_and_refuse_stale()
        return cleaned

    def _clean_call_back(self, cleaned):
        """As ``services.set_call_back`` asks; a call-back that was not touched may be over."""
        names = {"follow_up_at", "follow_up_reason"}
        touched = names & set(self.changed_data)
        if not touched or names & set(self.errors):
            return
        at = cleaned["follow_up_at"]
        if at is None and "follow_up_at" in touched:
            cleaned["follow_up_reason"] = ""  # it is dropped, and its reason with it
        elif at is None:
            self.add_error("follow_up_at", self.fields["follow_up_at"].error_messages["required"])
        else:
            self._refuse("follow_up_reason", refuse_empty_reason, cleaned["follow_up_reason"])
            if "follow_up_at" in touched:
                self._refuse("follow_up_at", refuse_past, at)

    def _refuse(self, name, check, value):
        try:
            check(value)
        except TransitionRefused as refusal:
            self.add_error(name, str(refusal))


class IdentityForm(ReadingMixin, forms.Form):
    """
    What the caller says about himself; the answer is match or mismatch, never the record.

    Asked for is only what a driver's page masks. The company stands there for everybody to
    read and to change, so it proves nothing.
    """

    name = forms.CharField(label=_("name"), required=False, widget=UnfoldAdminTextInputWidget)
    birthdate = BirthdateField(
        label=_("birthdate"), required=False, widget=UnfoldAdminTextInputWidget
    )
    vehicle_no = forms.CharField(
        label=_("vehicle number"), required=False, widget=UnfoldAdminTextInputWidget
    )
    call_back_answered = forms.BooleanField(
        label=_("I called the number on record and the inquirer answered."),
        required=False,
        widget=UnfoldBooleanWidget,
    )


class BirthdateForm(ReadingMixin, forms.Form):
    """The birthdate as the driver says it, and why the record was wrong."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = night_warning()

    birthdate = BirthdateField(label=_("new birthdate"), widget=UnfoldAdminTextInputWidget)
    reason = forms.CharField(
        label=_("reason for the correction"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        error_messages={"required": _("Say why; the reason goes into the history.")},
    )
