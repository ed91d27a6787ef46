from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from backoffice.workflow.reasons import refuse_code
from backoffice.workflow.transitions import TransitionRefused
from drivers.models import RightsRequest


class RightsRequestForm(forms.ModelForm):
    """A request as it comes in."""

    class Meta:
        model = RightsRequest
        fields = ["driver", "kind", "requester", "received_on", "note"]
        widgets = {"note": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def clean_driver(self):
        driver = self.cleaned_data["driver"]
        if driver.erased_at is not None:
            raise forms.ValidationError(
                _("The personal data of this driver was erased; there is nothing to show.")
            )
        return driver

    def clean_note(self):
        note = self.cleaned_data["note"]
        try:
            refuse_code(note)
        except TransitionRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return note


class CheckForm(forms.Form):
    """How it was made sure who asks."""

    checked_as = forms.ChoiceField(
        label=_("checked by"), choices=RightsRequest.Check, widget=UnfoldAdminSelectWidget
    )
    has_mandate = forms.BooleanField(
        label=_("I have seen the letter of attorney (of a proxy)."),
        required=False,
        widget=UnfoldBooleanWidget,
    )
