"""System checks for our settings, each with a hint; and what must hold before serving."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError


@register(Tags.security, deploy=True)
def secret_key_is_shared(app_configs, **kwargs):
    if settings.SECRET_KEY_GIVEN:
        return []
    return [
        Warning(
            "SECRET_KEY is not set; the one made for this machine alone is used.",
            hint="Set SECRET_KEY where more than one machine serves the same people.",
            id="backoffice.W001",
        )
    ]


@register(Tags.compatibility)
def gateway_is_complete(app_configs, **kwargs):
    from backoffice.sms.gateways import get_gateways

    gateways = get_gateways()
    faults = [
        Error(
            sentence, hint="See SMS_URL in the README's table of settings.", id="backoffice.E001"
        )
        for gateway in gateways
        for sentence in gateway.check()
    ]
    if len({gateway.name for gateway in gateways}) < len(gateways):
        faults.append(
            Error(
                "SMS_URL and SMS_SECOND_URL name the same provider.",
                hint="Its reports could be of either account. Let another one be the second.",
                id="backoffice.E003",
            )
        )
    return faults


@register(Tags.security, deploy=True)
def gateway_reaches_somebody(app_configs, **kwargs):
    return [
        Warning(
            f"{name} names a gateway that reaches nobody.",
            hint=f"Set {name} to the gateway of your provider.",
            id="backoffice.W002",
        )
        for name in ("SMS_URL", "SMS_SECOND_URL")
        if getattr(settings, name).startswith(("console:", "memory:"))
    ]


@register(Tags.compatibility)
def code_source_is_complete(app_configs, **kwargs):
    is_asked = settings.CODE_SOURCE_URL.startswith(("http:", "https:"))
    if not is_asked or settings.CODE_SOURCE_TOKEN:
        return []
    return [
        Error(
            "CODE_SOURCE_TOKEN is not set, so the login service will not answer.",
            hint="Set it to the token that the login service gave, or CODE_SOURCE_URL to off://.",
            id="backoffice.E002",
        )
    ]


@register(Tags.staticfiles)
def collected_files_are_of_this_version(app_configs, **kwargs):
    from django.contrib.staticfiles.storage import staticfiles_storage

    if not staticfiles_storage.hashed_files or not staticfiles_storage.stale_files():
        return []
    return [
        Warning(
            "The collected style sheets and scripts are those of another version.",
            hint="Run manage.py collectstatic.",
            id="backoffice.W021",
        )
    ]


@register(Tags.security, deploy=True)
def exporting_groups_exist(app_configs, **kwargs):
    from django.contrib.auth.models import Group

    try:
        known = set(Group.objects.filter(name__in=settings.EXPORTS).values_list("name", flat=True))
    except DatabaseError:
        return []  # not prepared yet, or away; the check is for what is misspelt
    return [
        Warning(
            f"EXPORTS names the group “{name}”, which does not exist.",
            hint="Take it out, or write it as the group is called in the admin.",
            id="backoffice.W020",
        )
        for name in sorted(settings.EXPORTS - known)
    ]


@register(Tags.security, deploy=True)
def others_are_named(app_configs, **kwargs):
    missing = [
        (
            not settings.AGIT_WEBHOOK_URL,
            "AGIT_WEBHOOK_URL",
            "escalations wait in the outbox",
            "W003",
        ),
        (
            not settings.VERIFICATION_HOOK_SECRET,
            "VERIFICATION_HOOK_SECRET",
            "the events of the login service are refused",
            "W004",
        ),
        (
            "//localhost" in settings.SITE_URL,
            "SITE_URL",
            "links in Agit lead nowhere",
            "W005",
        ),
        (
            settings.SECOND_FACTOR != "required",
            "SECOND_FACTOR",
            "a stolen password opens everything",
            "W007",
        ),
        (
            settings.CODE_SOURCE_URL.startswith("simulator:") and not settings.DEMO,
            "CODE_SOURCE_URL",
            "invented codes are read out",
            "W006",
        ),
        (
            # gunicorn can end TLS itself, but not as the README starts it.
            settings.HTTPS and not settings.TRUSTED_PROXIES,
            "TRUSTED_PROXIES",
            "behind a proxy that ends TLS every page redirects to itself",
            "W008",
        ),
    ]
    return [
        Warning(
            f"{name} is not set for real use: {what}.",
            hint="See the README's table of settings.",
            id=f"backoffice.{number}",
        )
        for is_missing, name, what, number in missing
        if is_missing
    ]


@register(Tags.compatibility)
def periods_are_long_enough(app_configs, **kwargs):
    """What the rules of the house look back to has to be there still."""
    needed = [
        ("CASES_KEEP_DAYS", "RECONTACT_DAYS"),
        ("CORRECTIONS_KEEP_DAYS", "SECOND_CORRECTION_DAYS"),
        ("RIGHTS_KEEP_DAYS", "RIGHTS_DAYS"),
    ]
    return [
        Error(
            f"{kept} is shorter than {looked_back}, so that rule would find nothing any more.",
            hint=f"Set {kept} to more than {looked_back}.",
            id="backoffice.E030",
        )
        for kept, looked_back in needed
        if getattr(settings, kept) < getattr(settings, looked_back)
    ]


def refuse_demo_accounts():
    """
    Refuse to serve accounts with a known password outside the demo.

    A database that does not answer is let pass: their sign-in is refused anyway,
    see ``staff.backends``.

    :raises ImproperlyConfigured: says what to do
    """
    from backoffice.staff.models import User

    if settings.DEMO:
        return
    try:
        found = User.objects.filter(is_demo=True, is_active=True).exists()
    except DatabaseError:
        return
    if found:
        raise ImproperlyConfigured(
            "This database holds the demo's accounts, whose password is known. "
            "Use another database, or deactivate them."
        )
