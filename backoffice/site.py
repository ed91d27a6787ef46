"""
The admin site, and the base of every admin class: the theme's, behind one name of ours.

Stands beneath all apps and imports none of them.
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin as ThemeModelAdmin
from unfold.sites import UnfoldAdminSite

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


class BackofficeSite(UnfoldAdminSite):
    """The centre's back-office."""

    index_title = gettext_lazy("Home")
    empty_value_display = "–"

    def autocomplete_view(self, request):
        return Picker.as_view(admin_site=self)(request)


class LatestPaginator(Paginator):
    """Counts no further than anybody leafs; what lies beyond is found by search and filters."""

    MOST = 5000
    template_name = "backoffice/pagination.html"  # where the theme looks for one

    @cached_property
    def count(self):
        return self.object_list.order_by()[: self.MOST].count()

    @property
    def is_cut(self):
        """Whether more fit than are counted, or just as many."""
        return self.count >= self.MOST


class ModelAdmin(SearchIsPosted, ThemeModelAdmin):
    """What all our admin classes share: short pages, no count of whole tables."""

    list_per_page = 25
    paginator = LatestPaginator
    show_full_result_count = False
    list_fullwidth = True
    compressed_fields = True

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        # One button: saving stays on the page anyway, see below.
        ours = {"show_save_and_continue": False, "show_save_and_add_another": False}
        if object_id:
            ours["title"] = capfirst(self.opts.verbose_name)  # Django's verb is no Korean
        return super().changeform_view(
            request, object_id, form_url, {**ours, **(extra_context or {})}
        )

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
        # No key has that many digits, and a database refuses to look for one.
        if len(str(object_id)) > 18:
            return None
        return super().get_object(request, object_id, from_field)

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        # Django's "Select … to change" is no sentence in Korean, and nothing is selected here.
        changelist.title = capfirst(self.opts.verbose_name_plural)
        # Why nobody is shown, where the search did not say enough.
        changelist.sentence = getattr(request, "search_sentence", "")
        return changelist

    def lookup_allowed(self, lookup, value, request):
        # Only what a filter of the page offers. Asked by hand for ?birthdate__lt=… a list
        # would tell, answer by answer, what it masks.
        offered = [_parameter(each) for each in self.get_list_filter(request)]
        is_offered = any(
            lookup in {name, f"{name}_from", f"{name}_to"} or lookup.startswith(f"{name}__")
            for name in offered
        )
        return is_offered and super().lookup_allowed(lookup, value, request)

    def get_actions(self, request):
        # Nothing is deleted in bulk; records end by a move or by retention.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


def _parameter(list_filter):
    """Return what stands in the address for one entry of ``list_filter``."""
    if isinstance(list_filter, tuple):
        return list_filter[0]
    return getattr(list_filter, "parameter_name", list_filter)


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

    @admin.display(description=description, ordering=field)
    def shown(self, obj):
        return format_html(
            '<span class="tag" data-state="{}">{}</span>',
            getattr(obj, field),
            getattr(obj, f"get_{field}_display")(),
        )

    return shown


def navigation(request):
    """Return the side bar: what this person may open, by task."""

    def item(title, icon, view, *permissions, unless=None, areas=()):
        def may(request):
            user = request.user
            return any(map(user.has_perm, permissions)) and not (unless and user.has_perm(unless))

        link = reverse(f"admin:{view}")
        # What stands beneath one of the areas belongs to the item.
        areas = [link, *(reverse(area) for area in areas)]
        return {"title": title, "icon": icon, "link": link, "areas": areas, "permission": may}

    # Nobody's, unless the settings name a group.
    may_export = ["files.export_driver", "files.export_case"] if settings.EXPORTS else []
    groups = [
        (
            _("Support"),
            [
                item(
                    _("Drivers"),
                    "id_card",
                    "drivers_driver_changelist",
                    "drivers.view_driver",
                    areas=["admin:importing_driverimport_changelist"],
                ),
                item(
                    _("Cases"),
                    "support_agent",
                    "cases_case_changelist",
                    "cases.view_case",
                    areas=["call"],
                ),
                item(
                    _("To decide"),
                    "gavel",
                    "cases_approval_queue",
                    "cases.decide_approval",
                    areas=["admin:cases_approval_changelist"],
                ),
            ],
        ),
        (
            _("Records"),
            [
                item(
                    _("Corrections"),
                    "edit_note",
                    "drivers_correction_changelist",
                    "drivers.view_correction",
                ),
                item(
                    _("Rights requests"),
                    "contract_edit",
                    "drivers_rightsrequest_changelist",
                    "drivers.view_rightsrequest",
                ),
                item(
                    _("Approvals"),
                    "fact_check",
                    "cases_approval_changelist",
                    "cases.view_approval",
                    unless="cases.decide_approval",  # whose queue leads there
                ),
                item(_("Messages"), "sms", "sms_message_changelist", "sms.view_message"),
                item(_("Sending"), "send", "sms_message_operations", "outbox.stop_outbox"),
                item(_("Agit posts"), "forum", "cases_agitpost_changelist", "cases.view_agitpost"),
                item(
                    _("Access records"),
                    "policy",
                    "audit_accessrecord_changelist",
                    "audit.view_accessrecord",
                ),
                item(
                    _("Monthly review"),
                    "monitoring",
                    "audit_accessrecord_review",
                    "audit.view_accessrecord",
                ),
                item(
                    _("Changes of rights"),
                    "admin_panel_settings",
                    "staff_rightschange_changelist",
                    "staff.view_rightschange",
                ),
                item(
                    _("Exports"),
                    "download",
                    "files_export_changelist",
                    "files.view_export",
                    *may_export,
                ),
                item(
                    _("Retention"),
                    "auto_delete",
                    "retention_erasure_changelist",
                    "retention.view_erasure",
                ),
            ],
        ),
        (
            _("Settings"),
            [
                item(
                    _("SMS templates"), "article", "sms_template_changelist", "sms.view_template"
                ),
                item(
                    _("Playbooks"),
                    "conversion_path",
                    "cases_playbookversion_changelist",
                    "cases.view_playbookversion",
                ),
                item(
                    _("Consultation types"),
                    "account_tree",
                    "cases_consultationtype_changelist",
                    "cases.view_consultationtype",
                ),
                item(_("Staff"), "badge", "staff_user_changelist", "staff.view_user"),
                item(_("Groups"), "groups", "auth_group_changelist", "auth.view_group"),
            ],
        ),
    ]
    shown = []
    for title, items in groups:
        if open_items := [each for each in items if each["permission"](request)]:
            shown.append({"title": title, "separator": bool(shown), "items": open_items})
    _light(request.path, [each for group in shown for each in group["items"]])
    if settings.DEMO and request.user.is_authenticated:
        shown.append(
            {
                "title": _("Demo"),
                "separator": True,
                "items": [
                    {
                        "title": title,
                        "icon": icon,
                        "link": reverse_lazy(f"demo-{name}"),
                    }
                    for title, icon, name in (
                        (_("Drivers' phones"), "smartphone", "inbox"),
                        (_("Drivers' app"), "touch_app", "app"),
                        (_("Agit"), "forum", "agit"),
                    )
                ],
            }
        )
    return shown


def _light(address, items):
    """Light the one item that ``address`` belongs to; the theme lights those above it, too."""
    around = {area: each for each in items for area in each["areas"] if address.startswith(area)}
    lit = around[max(around, key=len)] if around else None
    for each in items:
        each["active"] = each is lit


def environment(request):
    """Return the badge in the header: a demo has to look like one."""
    return [_("Demo"), "info"] if settings.DEMO else None


def stylesheet(request):
    return static("backoffice/backoffice.css")


def script(request):
    return static("backoffice/backoffice.js")


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
