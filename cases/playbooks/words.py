"""What steps rest on and do, and what comes of it, as a person reads it."""

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

FACTS = {
    "channel": lambda: _("channel"),
    "presented_number": lambda: _("the presented number"),
    "recontact": lambda: _("the re-contact"),
    "mismatches_left": lambda: _("the count of mismatches"),
    "locked": lambda: _("the verification lock"),
    "usim": lambda: _("the USIM number"),
    "reinstalled": lambda: _("the app's reinstallation"),
    "changed": lambda: _("the change of number or device"),
    "phone_compared": lambda: _("the comparison of the phone number"),
    "birthdate_compared": lambda: _("the comparison of the birthdate"),
    "identity": lambda: _("the identity check"),
    "identity_called_back": lambda: _("the identity check in a call-back"),
    "correction": lambda: _("the correction"),
    "notice": lambda: _("the text to the driver"),
    "read_out": lambda: _("the read-out of the code"),
    "correction_approval": lambda: _("the approval of the correction"),
}

ACTS = {
    "identity_check": lambda: _("Identity check"),
    "correct_birthdate": lambda: _("Correct the birthdate"),
    "schedule_birthdate": lambda: _("Correct the birthdate after the log-in"),
    "disclose_birthdate": lambda: _("Tell the registered birthdate"),
    "ask_read_out": lambda: _("Ask for the read-out of the code"),
    "call_back": lambda: _("Set the call-back"),
    "record_call_back": lambda: _("Record a call-back"),
    "escalate": lambda: _("Escalate"),
    "close": lambda: _("Close the case"),
    "switch": lambda: _("Go on with another playbook"),
}
