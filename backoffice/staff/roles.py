"""Who may do what: the four groups and their permissions, set at every migrate."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from backoffice.roles import ADMINISTRATOR, AGENT, PRIVACY_OFFICER, TEAM_LEAD

WORKS_CASES = {
    "drivers.view_driver",
    "drivers.change_driver",
    "drivers.correct_birthdate",
    "drivers.reveal_driver",
    "drivers.undo_correction",
    "drivers.view_correction",
    "drivers.view_rightsrequest",
    "drivers.add_rightsrequest",
    "cases.view_case",
    "cases.add_case",
    "cases.change_case",
    "cases.work_case",
    "cases.view_approval",
    "cases.view_agitpost",
    "sms.view_message",
    "sms.view_template",
}

ROLES = {
    AGENT: WORKS_CASES,
    TEAM_LEAD: WORKS_CASES
    | {
        "drivers.add_driver",
        "drivers.browse_driver",
        "drivers.correct_phone",
        "drivers.manage_driver",
        "drivers.answer_rights",
        "cases.lead_case",
        "cases.decide_approval",
        "cases.see_figures",
        "cases.settle_agitpost",
        "cases.edit_playbook",
        "cases.view_playbook",
        "cases.view_playbookversion",
        "cases.view_consultationtype",
        "sms.change_template",
        "sms.resend_message",
        "importing.import_driver",
        "files.export_driver",
        "files.export_case",
        "files.export_correction",
        "files.export_message",
        "outbox.stop_outbox",
    },
    PRIVACY_OFFICER: {
        "audit.view_accessrecord",
        "audit.sign_review",
        "retention.view_erasure",
        "staff.view_rightschange",
        "files.view_export",
        "files.export_accessrecord",
    },
    ADMINISTRATOR: {
        "staff.view_user",
        "staff.add_user",
        "staff.change_user",
        "staff.view_rightschange",
        "auth.view_group",
        "cases.view_consultationtype",
        "cases.add_consultationtype",
        "cases.change_consultationtype",
    },
}


def sync_roles(**signal):
    """
    Make the groups hold exactly the permissions named above.

    Runs after migrate, when every app's permissions exist.

    :raises Permission.DoesNotExist: a name above is misspelt
    """
    with transaction.atomic():
        for role, names in ROLES.items():
            group, _created = Group.objects.get_or_create(name=role)
            group.permissions.set([_permission(name) for name in names])


def _permission(name):
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
