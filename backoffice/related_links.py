"""
The fields that a row's page only shows, in place of the theme's.

The theme links every related row, also for who may not open it: to follow such a link is an
attempt that is refused and written down.
"""

from unfold.fields import UnfoldAdminField, UnfoldAdminReadonlyField
from unfold.forms import AdminForm, Fieldline, Fieldset


class RelatedLinksForm(AdminForm):
    """A row's page as the person of ``request`` may follow its links."""

    def __init__(self, plain, request):
        # The only thing that reaches down to the single field.
        plain.form.request = request
        super().__init__(plain.form, plain.fieldsets, {}, plain.readonly_fields, plain.model_admin)
        self.prepopulated_fields = plain.prepopulated_fields

    def __iter__(self):
        for name, options in self.fieldsets:
            yield _Fieldset(
                self.form,
                name,
                readonly_fields=self.readonly_fields,
                model_admin=self.model_admin,
                **options,
            )


class _Fieldset(Fieldset):
    def __iter__(self):
        for field in self.fields:
            yield _Line(self.form, field, self.readonly_fields, model_admin=self.model_admin)


class _Line(Fieldline):
    def __iter__(self):
        for place, field in enumerate(self.fields):
            if field in self.readonly_fields:
                yield _Shown(self.form, field, place == 0, self.model_admin)
            else:
                yield UnfoldAdminField(self.form, field, place == 0)


class _Shown(UnfoldAdminReadonlyField):
    def get_admin_url(self, remote_field, remote_obj):
        """Return ``remote_obj`` in words, and as a link where the person may open its page."""
        site, model = self.model_admin.admin_site, remote_field.model
        if site.is_registered(model) and site.get_model_admin(model).has_view_or_change_permission(
            self.form.request, remote_obj
        ):
            return super().get_admin_url(remote_field, remote_obj)
        return str(remote_obj)
