from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.sms.nights import TextReasonForm, night_warning
from backoffice.workflow.forms import VersionedForm

from .fields import BirthdateField, CenturyGuessed, ComposedField, MobileField
from .models import Correction, Driver
from .reveal import Why
from .services import TAKEN, WITHDRAWN


class ReadingMixin:
    """Puts the reading of a birthdate into the field, so that saving again confirms it."""

    def _clean_fields(self):
        super()._clean_fields()
        for name, field in self.fields.items():
            if not isinstance(field, BirthdateField) or not self.has_error(name, "century"):
                continue
            guess = next(
                each for each in self.errors[name].as_data() if isinstance(each, CenturyGuessed)
            )
            self.data = self.data.copy()
            self.data[self.add_prefix(name)] = guess.reading.isoformat()


class NewDriverForm(ReadingMixin, forms.ModelForm):
    """A driver who is not on record yet."""

    phone = MobileField(label=_("phone"), widget=UnfoldAdminTextInputWidget)
    birthdate = BirthdateField(label=_("birthdate"), widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = Driver
        fields = [
            "name",
            "phone",
            "birthdate",
            "service_type",
            "affiliation",
            "company",
            "vehicle_no",
        ]
        field_classes = dict.fromkeys(["name", "company", "vehicle_no"], ComposedField)


class DriverForm(VersionedForm, ReadingMixin, forms.ModelForm):
    """
    A driver on record. What he logs in with is not shown; it is typed anew to correct it.

    A field of the log-in that is left empty stays as it is.
    """

    request_user = None  # who saves; set by the admin class
    refusal = ""  # why the service did not take it at the first try

    birthdate = BirthdateField(
        label=_("new birthdate"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Leave empty to keep it. A change is sent to the driver as a text."),
    )
    phone = MobileField(
        label=_("new phone number"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Leave empty to keep it."),
    )
    reason = forms.CharField(
        label=_("reason for the correction"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Needed when a birthdate or a phone number is entered."),
    )

    class Meta:
        model = Driver
        fields = ["service_type", "affiliation", "company"]
        field_classes = {"company": ComposedField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in Correction.Field.values:
            self.initial.pop(name, None)  # the recorded value never reaches the browser
            if not self.request_user.has_perm(f"drivers.correct_{name}"):
                del self.fields[name]
        if "phone" not in self.fields:
            self.fields["reason"].help_text = _("Needed when a birthdate is entered.")
        if "birthdate" in self.fields and (warning := night_warning()):
            self.fields["birthdate"].help_text = warning

    def clean(self):
        cleaned = super().clean()
        # From here to the end of the request's transaction nobody else writes this row.
        recorded = self.lock_and_refuse_stale(name="correct", by=self.request_user)
        self.corrections = {}
        for name in Correction.Field.values:
            # What the log-in needs is changed by the service, not by this form. Nor is what is
            # on record judged by it: it may be wrong, and here it is put right.
            typed = cleaned.pop(name, None)
            if typed is not None:
                # Whether it differs is for the service to see: who was asked for a reason only
                # then could try one date after the other, and nobody would know.
                self.corrections[name] = typed
        if self.corrections and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why; the reason goes into the history."))
        phone = self.corrections.get(Correction.Field.PHONE)
        if phone and Driver.objects.filter(phone=phone).exclude(pk=recorded.pk).exists():
            self.add_error("phone", TAKEN)
        if recorded.state == Driver.State.WITHDRAWN:
            self.add_error(None, WITHDRAWN)
        elif self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


class UndoForm(TextReasonForm):
    """Why a correction is undone; the driver is told by a text where it was of the birthdate."""

    needs_object = True

    def __init__(self, *args, moving, **kwargs):
        super().__init__(*args, **kwargs)
        if moving.field != Correction.Field.BIRTHDATE:
            self.fields["reason"].help_text = ""


class RevealForm(forms.Form):
    """Why somebody has to see a masked field: a usual reason, or one in words."""

    why = forms.ChoiceField(
        label=_("reason"),
        choices=[("", _("Select value")), *Why.choices],
        widget=UnfoldAdminSelectWidget(attrs={"autofocus": True}),
        error_messages={"required": _("Say why; the reason goes into the access record.")},
    )
    words = forms.CharField(
        label=_("in words"),
        required=False,
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Needed for another reason. No names, numbers or dates."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("why") == Why.OTHER and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say why; the reason goes into the access record."))
        return cleaned
