"""
The admin site, and the base of every admin class: the theme's, behind one name of ours.

Stands beneath all apps and imports none of them.
"""

from functools import cache, partial

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin as ThemeModelAdmin
from unfold.sites import UnfoldAdminSite

from backoffice.keys import DIGITS, key_in
from backoffice.long_lists import LatestPaginator, ListedChangeList
from backoffice.navigation import navigation
from backoffice.related_links import RelatedLinksForm
from backoffice.search import SearchIsPosted


class Picker(AutocompleteJsonView):
    """What a form's search box for a row answers; where it shows nobody, it says why."""

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if sentence := getattr(request, "search_sentence", ""):
            # Not "": the script takes that for the empty choice, and hides it.
            why = {"id": "-", "text": sentence, "disabled": True}
            return JsonResponse({"results": [why], "pagination": {"more": False}})
        return response

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        self.model_admin.note_picked(self.request, context["object_list"])
        return context


class PickerSelect(AutocompleteSelect):
    """The box itself; what was sent by hand and is no key names no row."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [each for each in value if key_in(each)], attr)


class RowsField(forms.ModelMultipleChoiceField):
    """Rows that are ticked; what is no key is no choice, and the database is not asked for it."""

    def clean(self, value):
        for each in value or []:
            if key_in(each) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], params={"pk": each[:DIGITS]}
                )
        return super().clean(value)


class BackofficeSite(UnfoldAdminSite):
    """The centre's back-office."""

    index_title = gettext_lazy("Home")
    empty_value_display = "–"

    def autocomplete_view(self, request):
        return Picker.as_view(admin_site=self)(request)

    def get_sidebar_list(self, request):
        return navigation(request)

    def get_app_list(self, request, app_label=None):
        # Asked for by every page, and hardly any shows it.
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))


class ModelAdmin(SearchIsPosted, ThemeModelAdmin):
    """What all our admin classes share: short pages, no count of whole tables."""

    list_per_page = 25
    paginator = LatestPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count of the whole table for each choice
    compressed_fields = True

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def shown_number(self, obj):
        """For lists of what has no number but its key."""
        return str(obj.pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        # One button: saving stays on the page anyway, see below.
        ours = {"show_save_and_continue": False, "show_save_and_add_another": False}
        if object_id:
            ours["title"] = capfirst(self.opts.verbose_name)  # Django's verb is no Korean
        return super().changeform_view(
            request, object_id, form_url, {**ours, **(extra_context or {})}
        )

    def render_change_form(self, request, context, *args, **kwargs):
        context["adminform"] = RelatedLinksForm(context["adminform"], request)
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = PickerSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **{"form_class": RowsField, **kwargs}
        )

    def note_picked(self, request, rows):
        """Called before a form's search box shows ``rows``; override where that is a look."""

    def history_view(self, request, object_id, extra_context=None):
        """Lead to the object's page: what happened to it stands there."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        return self._to_object(obj)

    def response_post_save_add(self, request, obj):
        return self._to_object(obj)

    def response_post_save_change(self, request, obj):
        # The call goes on: whoever saves wants to see what came of it.
        return self._to_object(obj)

    def _to_object(self, obj):
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        )

    def get_object(self, request, object_id, from_field=None):
        if len(str(object_id)) > DIGITS:
            return None
        return super().get_object(request, object_id, from_field)

    def get_changelist(self, request, **kwargs):
        return ListedChangeList

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        # Django's "Select … to change" is no sentence in Korean, and nothing is selected here.
        changelist.title = capfirst(self.opts.verbose_name_plural)
        if not (changelist.query or changelist.has_active_filters):
            changelist.full_result_count = changelist.result_count  # all: there is no more to show
        # Why nobody is shown, where the search did not say enough.
        changelist.sentence = getattr(request, "search_sentence", "")
        return changelist

    def get_paginator(self, request, *args, **kwargs):
        paginator = super().get_paginator(request, *args, **kwargs)
        paginator.is_of_search = bool(request.GET.get(SEARCH_VAR))
        paginator.is_sorted = bool(request.GET.get(ORDER_VAR))
        return paginator

    def get_actions(self, request):
        # Nothing is deleted in bulk; records end by a move or by retention.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def response_action(self, request, queryset):
        # What is no key is no row of the list; Django would ask the database for it.
        ticked = filter(key_in, request.POST.getlist(ACTION_CHECKBOX_NAME))
        request.POST = request.POST.copy()
        request.POST.setlist(ACTION_CHECKBOX_NAME, list(ticked))
        return super().response_action(request, queryset)


class ReadOnlyAdmin(ModelAdmin):
    """To look at only."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def state_tag(*, field="state", description):
    """Return a display method for a state as a tag; the style sheet has the colours."""

    @cache
    def labels(model):  # get_…_display() goes through all choices for each row
        return dict(model._meta.get_field(field).flatchoices)

    @admin.display(description=description, ordering=field)
    def shown(self, obj):
        state = getattr(obj, field)
        label = labels(type(obj)).get(state, state)
        return format_html('<span class="tag" data-state="{}">{}</span>', state, label)

    return shown


def environment(request):
    """Return the badge in the header: a demo has to look like one."""
    return [_("Demo"), "info"] if settings.DEMO else None


def stylesheet(request):
    return static("backoffice/backoffice.css")


def theme_stylesheet(request):
    return static("backoffice/theme.css")


def script(request):
    return static("backoffice/backoffice.js")


def going_on_script(request):
    return static("backoffice/going_on.js")


def reveal_script(request):
    return static("backoffice/reveal.js")


def session_script(request):
    return static("backoffice/session.js")


def theme_script(request):
    return static("backoffice/theme.js")


def account_links(request):
    """Return the person's own pages, in the menu behind the name."""
    return [
        {"title": _("My sessions"), "link": reverse("sessions")},
        {"title": _("Help"), "link": reverse("help")},
    ]


def favicon(request):
    return static("backoffice/icon.svg")
