"""How the admin theme looks and what it calls; our own style sheet stands under static/."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

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
    "SIDEBAR": {"navigation": "backoffice.site.navigation"},
    "STYLES": ["backoffice.site.stylesheet"],
    "SCRIPTS": [
        "backoffice.site.script",
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
            "500": "oklch(60% .18 257)",
            "600": "oklch(52% .19 258)",
            "700": "oklch(45% .17 259)",
            "800": "oklch(39% .14 260)",
            "900": "oklch(34% .11 261)",
            "950": "oklch(25% .08 262)",
        },
    },
}

# The theme's words that its Korean catalogue lacks, or says with a particle too many.
WORDS = [gettext_noop("From"), gettext_noop("To"), gettext_noop(" By %(filter_title)s ")]
