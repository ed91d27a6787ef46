from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from backoffice.roles import label, labels
from backoffice.site import ModelAdmin

from ..forms import AccountForm, AssignedPasswordForm, NewAccountForm
from ..models import User
from .panel import SignInPanel

OWN = ["is_active", "is_staff", "groups"]  # what nobody changes of himself


class RoleFilter(admin.RelatedFieldListFilter):
    def field_choices(self, field, request, model_admin):
        choices = super().field_choices(field, request, model_admin)
        return [(key, label(name)) for key, name in choices]


@admin.register(User)
class UserAdmin(SignInPanel, DjangoUserAdmin, ModelAdmin):
    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AssignedPasswordForm
    list_display = ["username", "name", "roles", "is_active", "last_login"]
    list_filter = [("groups", RoleFilter), "is_active"]
    search_fields = ["username", "name"]
    search_help_text = _("Username or name")
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "name", "email"]}),
        (_("Roles"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": [
                    "username",
                    "name",
                    "email",
                    "password1",
                    "password2",
                ]
            },
        ),
        (_("Roles"), {"fields": ["is_staff", "groups"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        # Four: a box each, not two lists to move them between.
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label_from_instance = lambda group: label(group.name)
        return field

    @admin.display(description=_("roles"))
    def roles(self, user):
        return labels(group.name for group in user.groups.all())

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        # Superusers included: their rights are another person's business as well.
        return [*fields, *OWN] if obj is not None and obj.pk == request.user.pk else fields

    def user_change_password(self, request, id, form_url=""):
        if self.get_object(request, unquote(id)) == request.user:  # 07 is 7, too
            # Where the old one is asked for.
            return HttpResponseRedirect(reverse("own-password"))
        return super().user_change_password(request, id, form_url)

    def has_delete_permission(self, request, obj=None):
        # People leave, their records stay: an account is deactivated.
        return False
