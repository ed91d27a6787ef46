import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from .models import Export


class ExportForm(forms.Form):
    """How a list is to leave the house, and why."""

    format = forms.ChoiceField(
        label=_("format"),
        choices=Export.Format.choices,
        widget=UnfoldAdminSelectWidget,
        help_text=_(
            "Excel asks for the password by itself. The ZIP is for programs; it opens with "
            "Bandizip, ALZip or 7-Zip."
        ),
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autofocus": True}),
        help_text=_("It is recorded, reviewed every month, and stands in the file's first row."),
        error_messages={"required": _("Say why; the reason is recorded.")},
    )
    is_unmasked = forms.BooleanField(label=_("without masking"), required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, may_unmask, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_unmask:
            # As if it were not there: a hand-made post of it changes nothing.
            self.fields["is_unmasked"].disabled = True
            self.fields["is_unmasked"].widget = forms.HiddenInput()
