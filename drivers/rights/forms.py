from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from backoffice.workflow.reasons import refuse_code
from backoffice.workflow.transitions import TransitionRefused, lock
from drivers.models import RightsRequest
from drivers.models.rights import NOBODY


class RightsRequestForm(forms.ModelForm):
    """A request as it comes in."""

    class Meta:
        model = RightsRequest
        fields = ["driver", "kind", "requester", "received_on", "note"]
        widgets = {"note": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def clean_driver(self):
        # Locked, so that he is still there when the request is saved: retention waits for it.
        driver = lock(self.cleaned_data["driver"])
        if driver.erased_at is not None:
            raise forms.ValidationError(NOBODY)
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
