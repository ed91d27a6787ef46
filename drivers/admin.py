from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.db import IntegrityError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.looks import LooksAreRecorded
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from backoffice.files.lists import ExportableList
from backoffice.site import state_tag
from backoffice.sms.way import messages_way
from backoffice.workflow.admin import TransitionAdmin
from backoffice.workflow.timeline import Event, state_events
from backoffice.workflow.transitions import TransitionRefused

from . import services
from .forms import DriverForm, NewDriverForm, UndoForm
from .locking import adopt_events
from .models import Correction, Driver
from .reveal_page import Reveals
from .rights.admin import OverdueFilter, due_tag  # which registers its pages as well
from .search import kind_of, search, terms
from .search_limits import BROWSE, help_text, withheld
from .words import masked_timeline, masked_words


@admin.register(Driver)
class DriverAdmin(Reveals, ExportableList, LooksAreRecorded, TransitionAdmin):
    """Find a driver; see his card; correct what he logs in with."""

    list_display = [
        "shown_name",
        "shown_phone",
        "service_type",
        "shown_vehicle_no",
        "shown_state",
        "shown_verification",
    ]
    list_filter = ["service_type", "state", "verification_state"]
    search_fields = ["name"]  # turns the search box on; get_search_results() does the work
    ordering = ["-pk"]
    unmasked_columns = {
        "shown_name": lambda driver: driver.name,
        "shown_phone": lambda driver: driver.phone_digits,
        "shown_vehicle_no": lambda driver: driver.vehicle_no,
    }
    change_form_outer_before_template = "drivers/card.html"
    change_form_before_template = "workflow/version.html"
    change_form_outer_after_template = "workflow/timeline.html"

    shown_state = state_tag(description=gettext_lazy("account"))
    shown_verification = state_tag(
        field="verification_state", description=gettext_lazy("verification")
    )

    def hint_for(self, obj, name):
        if name != "withdraw":
            return super().hint_for(obj, name)
        return _(
            "This cannot be taken back. The personal data is erased %(days)d days later; "
            "later still while something of him is open."
        ) % {"days": settings.WITHDRAWN_KEEP_DAYS}

    @admin.display(description=gettext_lazy("name"))
    def shown_name(self, driver):
        return driver.masked_name if driver.erased_at is None else str(driver)

    @admin.display(description=gettext_lazy("phone"))
    def shown_phone(self, driver):
        return driver.masked_phone

    @admin.display(description=gettext_lazy("vehicle number"))
    def shown_vehicle_no(self, driver):
        return driver.masked_vehicle_no

    def has_change_permission(self, request, obj=None):
        is_erased = obj is not None and obj.erased_at is not None
        return super().has_change_permission(request, obj) and not is_erased

    def has_delete_permission(self, request, obj=None):
        return False

    def driver_of(self, obj):
        return obj

    # Forms

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            return super().get_form(request, obj, change, form=NewDriverForm, **kwargs)
        form = super().get_form(request, obj, change, form=DriverForm, **kwargs)
        # A class of its own for this request, so that nothing is shared between people.
        about = {"request_user": request.user, "refusal": getattr(request, "refusal", "")}
        return type(form.__name__, (form,), about)

    def get_fieldsets(self, request, obj=None):
        about = [("service_type", "affiliation"), ("company",)]
        if obj is None:
            return [
                (None, {"fields": [("name", "phone"), ("birthdate", "vehicle_no"), *about]}),
            ]
        if obj.erased_at is not None:
            return [(None, {"fields": ["service_type"]})]
        typed = ["birthdate"]
        if request.user.has_perm("drivers.correct_phone"):
            typed.append("phone")
        return [
            (gettext_lazy("Correct the log-in data"), {"fields": [tuple(typed), "reason"]}),
            (gettext_lazy("Record"), {"fields": about}),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return self._changeform(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Somebody took the number between the check and the save. Now the check
            # sees it, and puts its sentence beside the field.
            return self._changeform(request, object_id, form_url, extra_context)
        except TransitionRefused as refusal:
            # Nothing was saved. The form shows the sentence and keeps what was typed.
            request.refusal = str(refusal)
            return self._changeform(request, object_id, form_url, extra_context)

    def _changeform(self, request, object_id, form_url, extra_context):
        extra_context = dict(extra_context or {})
        driver = self.get_object(request, object_id) if object_id else None
        if driver is not None and self.has_view_permission(request, driver):
            extra_context |= self._card(driver)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _card(self, driver):
        latest = driver.messages.select_related("template", "resent_as")
        return {
            "title": str(driver),
            "subtitle": None,
            "driver": driver,
            "way": messages_way(latest.order_by("-pk")[:4]),
            "way_url": f"{reverse('admin:sms_message_way')}?driver={driver.pk}",
            "timeline": masked_timeline(
                driver,
                state_events(driver, icon="person"),
                map(correction_event, driver.corrections.select_related("requested_by")[:50]),
            ),
            "cases": driver.cases.order_by("-pk").select_related("consultation_type")[:10],
        }

    def save_model(self, request, obj, form, change):
        if change:
            # Only what the page has: what the login service reports meanwhile stays.
            obj.save(update_fields=[*DriverForm.Meta.fields, "updated_at"])
        else:
            super().save_model(request, obj, form, change)
        if not change:
            adopt_events(obj)
            record(AccessRecord.Action.EDIT, by=request.user, driver=obj, page="new driver")
            return
        if edited := [name for name in DriverForm.Meta.fields if name in form.changed_data]:
            note_edit(obj, edited, by=request.user)
        # The number first: what a lead is asked about the birthdate rests on the record.
        request.outcomes = [
            outcome(self._correct(request, obj, field, value, form.cleaned_data["reason"]))
            for field, value in sorted(form.corrections.items(), reverse=True)
        ]

    def _correct(self, request, driver, field, value, reason):
        correction = services.correct(driver, field, value, reason=reason, by=request.user)
        if correction is None:
            # Somebody now knows that what he typed is on record.
            record(AccessRecord.Action.VIEW, by=request.user, driver=driver, compared=[field])
        return correction

    def response_change(self, request, obj):
        # Told when all of it is saved. Of a correction it may well not be changed yet.
        for sentence, level in request.outcomes:
            self.message_user(request, sentence, level)
        if request.outcomes:
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)

    # Search and lists

    @property
    def search_help_text(self):
        return help_text()

    def list_tools(self, request):
        tools = super().list_tools(request)
        if request.user.has_perm("importing.import_driver"):
            upload = reverse("admin:importing_driverimport_upload")
            tools.append({"icon": "upload", "label": _("Import"), "url": upload})
        return tools

    def get_search_results(self, request, queryset, search_term):
        is_picker = request.resolver_match.url_name == "autocomplete"
        may_browse = request.user.has_perm(BROWSE) and not is_picker
        if sentence := withheld(search_term, may_browse=may_browse):
            request.search_sentence = sentence
            queryset = queryset.none()
        if not search_term.strip():
            return (queryset.none() if is_picker else queryset), False
        request.searched_for = [kind_of(term) for term in terms(search_term)]
        return search(queryset, search_term), False


def plain_driver(driver):
    """Return a driver as an unmasked export names him; his birthdate is never among it."""
    return f"{driver.name} {driver.phone_digits}" if driver is not None else ""


def note_edit(driver, names, *, by):
    """Write down who edited which plain fields of ``driver``, for auditor and colleagues."""
    record(AccessRecord.Action.EDIT, by=by, driver=driver, fields=names)
    with translation.override(settings.LANGUAGE_CODE):
        labels = [str(Driver._meta.get_field(name).verbose_name) for name in names]
    driver.changes.create(
        transition="edit", source=driver.state, target=driver.state, by=by, note=", ".join(labels)
    )


def outcome(correction):
    """Return the sentence and the level that tell what became of a correction; None: nothing."""
    if correction is None:
        return _("This is on record already; nothing was changed or sent."), messages.INFO
    if correction.state == Correction.State.REQUESTED:
        asked = _(
            "Nothing is changed yet: the year changes, or it is the second change within "
            "%(days)d days, so a team lead has to approve it. The team leads see it now."
        )
        return asked % {"days": settings.SECOND_CORRECTION_DAYS}, messages.WARNING
    if correction.field == Correction.Field.PHONE:
        return _("The phone number was changed."), messages.SUCCESS
    return _("The birthdate was changed. The text to the driver is on its way."), messages.SUCCESS


def correction_event(correction):
    """Return a correction as a line of a timeline; its values stay masked."""
    return Event(
        at=correction.requested_at,
        icon="undo" if correction.undoes_id else "edit_note",
        text=_("%(field)s corrected (%(state)s)")
        % {"field": correction.get_field_display(), "state": correction.get_state_display()},
        by=str(correction.requested_by),
        note=correction.reason,
        url=reverse("admin:drivers_correction_change", args=[correction.pk]),
        state=correction.state,
    )


@admin.register(Correction)
class CorrectionAdmin(ExportableList, LooksAreRecorded, TransitionAdmin):
    """Every change of what drivers log in with; a second person may undo one."""

    list_display = [
        "shown_number",
        "driver",
        "field",
        "shown_values",
        "shown_state",
        "requested_by",
        "requested_at",
        "shown_due",
    ]
    list_select_related = ["driver", "requested_by"]
    list_filter = [OverdueFilter, "field", "state"]
    ordering = ["-pk"]
    unmasked_columns = {"driver": lambda correction: plain_driver(correction.driver)}
    fields = [
        ("driver", "case"),
        ("field", "shown_values"),
        "shown_state",
        "shown_reason",
        ("requested_by", "requested_at", "applied_at"),
        "shown_due",
        "undoes",
    ]
    readonly_fields = flatten(fields)
    change_form_outer_after_template = "workflow/timeline.html"
    shown_state = state_tag(description=gettext_lazy("state"))
    move_forms = {"undo": UndoForm}

    @admin.display(description=gettext_lazy("old → new"))
    def shown_values(self, correction):
        if correction.erased_at is not None:
            return _("erased")
        if correction.field == Correction.Field.BIRTHDATE:
            return None  # of which the mask leaves nothing
        return " → ".join(correction.masked_values)

    @admin.display(description=gettext_lazy("reason"))
    def shown_reason(self, correction):
        return masked_words(correction.reason, correction.driver)

    @admin.display(description=gettext_lazy("last day"))
    def shown_due(self, correction):
        return due_tag(correction.due_on, is_open=True) if correction.is_open else None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def hint_for(self, obj, name):
        if name != "undo":
            return super().hint_for(obj, name)
        if obj.field == Correction.Field.BIRTHDATE:
            return _("The value from before comes back, and the driver is told by a text.")
        return _("The value from before comes back.")

    def run_move(self, obj, name, *, by, version, **details):
        if name == "undo":
            services.undo(obj, by=by, version=version, **details)
            return obj
        if name == "cancel":
            return services.cancel(obj, by=by, version=version, **details)
        return super().run_move(obj, name, by=by, version=version, **details)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        correction = self.get_object(request, object_id) if object_id else None
        if correction is not None:
            extra_context = {
                **(extra_context or {}),
                "timeline": masked_timeline(correction.driver, state_events(correction)),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)
