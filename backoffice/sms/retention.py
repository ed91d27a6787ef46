"""How long a text tells whom it went to: words and number go, that it arrived stays."""

from collections import defaultdict
from datetime import timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.retention.rules import Rule, rule

from .models import Message, MessageChange
from .reported import MessageReport

ON_THE_WIRE = (Message.State.QUEUED, Message.State.SENDING)
NOT_SETTLED = (Message.State.ACCEPTED, Message.State.UNKNOWN)
# The latest report comes after 80 hours; whoever is not told by then asks within a day.
MAY_BE_REPORTED = timedelta(days=7)


def on_their_way():
    """Return the messages whose end may still come by itself."""
    since = timezone.now() - MAY_BE_REPORTED
    return Message.objects.filter(
        Q(state__in=ON_THE_WIRE) | Q(state__in=NOT_SETTLED, queued_at__gte=since)
    )


def erase_messages(messages):
    """
    Take words and number from ``messages``, a queryset; nothing of it is on the wire.

    The words leave their SHA-256, by which a text that somebody shows can be recognised.
    The provider's raw answer and reports go as well: they may name the number.
    """
    found = list(messages.filter(erased_at=None).values_list("pk", "body"))
    keys = [key for key, _body in found]
    same = defaultdict(list)
    for key, body in found:
        same[body].append(key)
    for body, theirs in same.items():  # a few templates, so a few statements
        digest = sha256(body.encode()).hexdigest()
        Message.objects.filter(pk__in=theirs).update(body=digest)
    Message.objects.filter(pk__in=keys).update(
        to="", subject="", answer=None, detail="", ask_at=None, erased_at=timezone.now()
    )
    MessageReport.objects.filter(message__in=keys).update(raw=None)
    MessageChange.objects.filter(message__in=keys).exclude(note="").update(note="")


@rule
class MessageBodies(Rule):
    name = "message_bodies"
    label = _("texts to drivers")
    goes = _("the words, the number, and the raw answer of the provider")
    stays = _("the SHA-256 of the words, the template, the times and how it ended")
    setting = "MESSAGE_BODY_KEEP_DAYS"
    model = Message
    age = "queued_at"

    def old(self, before):
        return super().old(before).filter(erased_at=None)

    def due(self, before):
        return self.old(before).exclude(state__in=ON_THE_WIRE)

    def erase(self, keys):
        erase_messages(Message.objects.filter(pk__in=keys))
