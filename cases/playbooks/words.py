"""What checks and acts come to, as a person reads it."""

from django.utils.translation import gettext as _

OF = {
    "match": lambda: _("match"),
    "mismatch": lambda: _("mismatch"),
    "matches": lambda: _("match"),
    "differs": lambda: _("differs"),
    "same": lambda: _("same"),
    "withheld": lambda: _("withheld"),
    "not_asked": lambda: _("not asked"),
    "not_compared": lambda: _("not compared"),
    "yes": lambda: _("yes"),
    "no": lambda: _("no"),
    "first": lambda: _("first contact"),
    "again": lambda: _("re-contact"),
    "verified": lambda: _("verified"),
    "not_verified": lambda: _("not verified"),
    "phone": lambda: _("telephone"),
    "mail": lambda: _("mail"),
    "scheduled": lambda: _("scheduled"),
    "applied": lambda: _("applied"),
    "delivered": lambda: _("delivered"),
    "on_its_way": lambda: _("on its way"),
    "not_delivered": lambda: _("undelivered"),
    "pending": lambda: _("pending"),
    "approved": lambda: _("approved"),
    "rejected": lambda: _("rejected"),
    "read": lambda: _("read out"),
    "ended": lambda: _("ended"),
    "none": lambda: _("none"),
    "done": lambda: _("done"),
    "asked": lambda: _("a team lead is asked"),
    "next": lambda: "",  # there is one way only
}
