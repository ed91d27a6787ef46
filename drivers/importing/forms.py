import uuid

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A file of drivers."""

    file = forms.FileField(
        label=_("file"),
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx", "class": "file-input"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".csv", ".xlsx")):
            raise forms.ValidationError(_("Only CSV and XLSX files can be imported."))
        if file.size > settings.IMPORT_MEGABYTES * 1_000_000:
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB."),
                params={"limit": settings.IMPORT_MEGABYTES},
            )
        return file
