"""How the admin theme looks and what it calls; our own style sheet stands under static/."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

UNFOLD = {
    "SITE_TITLE": _("Driver support"),
    "SITE_HEADER": _("Driver support"),
    "SITE_SUBHEADER": _("Operations centre back-office"),
    "SITE_SYMBOL": "local_taxi",
    "SITE_URL": None,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": ["backoffice.site.stylesheet", "backoffice.site.theme_stylesheet"],
    "SCRIPTS": [
        "backoffice.site.script",
        "backoffice.site.going_on_script",
        "backoffice.site.reveal_script",
        "backoffice.site.session_script",
        "backoffice.site.theme_script",
    ],
    "ACCOUNT": {"navigation": "backoffice.site.account_links"},
    "ENVIRONMENT": "backoffice.site.environment",
    "DASHBOARD_CALLBACK": "backoffice.home.home",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "backoffice.site.favicon"}],
    "SHOW_HISTORY": False,  # each page has a timeline of its own
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .018 255)",
            "100": "oklch(94% .035 255)",
            "200": "oklch(88% .065 255)",
            "300": "oklch(80% .11 255)",
            "400": "oklch(70% .15 256)",
            "500": "oklch(64% .17 257)",
            "600": "oklch(52% .19 258)",
            "700": "oklch(45% .17 259)",
            "800": "oklch(39% .14 260)",
            "900": "oklch(34% .11 261)",
            "950": "oklch(25% .08 262)",
        },
    },
}

# The theme's and Django's words that their Korean catalogue lacks, or says as nobody would.
WORDS = [
    gettext_noop("From"),
    gettext_noop("To"),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("username"),
    gettext_noop("permissions"),
    gettext_noop("group"),
    gettext_noop("Add %s"),
    gettext_noop("Add %(name)s"),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may edit it again below."),
    ngettext_lazy("%(counter)s result", "%(counter)s results", "counter"),
    gettext_noop(
        "Please enter your old password, for security’s sake, and then enter your new "
        "password twice so we can verify you typed it in correctly."
    ),
    gettext_noop("Old password"),
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    gettext_noop("Enter the same password as before, for verification."),
    gettext_noop("Enter a new password for the user <strong>%(username)s</strong>."),
    gettext_noop("After you've created a user, you’ll be able to edit more user options."),
    gettext_noop(
        "Designates whether this user should be treated as active. "
        "Unselect this instead of deleting accounts."
    ),
    gettext_noop("staff status"),
    gettext_noop("Designates whether the user can log into this admin site."),
    gettext_noop(
        "The groups this user belongs to. A user will get all permissions granted to "
        "each of their groups."
    ),
]
