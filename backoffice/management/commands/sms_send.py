import asyncio
import json
import uuid
from urllib.parse import unquote, unquote_plus, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backoffice.outbox import http
from backoffice.outbox.wire import WireError
from backoffice.sms.gateways import Outgoing, get_gateway
from backoffice.sms.models import Template
from backoffice.sms.rendering import Unrenderable
from drivers.phones import MOBILE, digits_of

NOT_SECRET = {"from", "scheme", "hook_base"}  # of the options in SMS_URL


class Command(BaseCommand):
    help = (
        "Sends one text through the gateway of SMS_URL, now and past the outbox, and prints "
        "what was said. For trying a gateway out; it costs what a text costs."
    )

    def add_arguments(self, parser):
        parser.add_argument("template", help="key of a template, such as birthdate_changed")
        parser.add_argument("phone", help="a mobile number of your own")

    def handle(self, *, template, phone, **options):
        number = digits_of(phone)
        if not MOBILE.fullmatch(number):
            raise CommandError(f"{phone} is no Korean mobile number.")
        allowed = settings.SMS_ALLOWED_RECIPIENTS
        if allowed and number not in allowed:
            raise CommandError(f"{phone} is not among SMS_ALLOWED_RECIPIENTS.")
        try:
            subject, body, size = Template.objects.get(key=template).render()
        except Template.DoesNotExist:
            known = ", ".join(Template.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no template {template}; there are {known}.") from None
        except Unrenderable as fault:
            raise CommandError(str(fault)) from None
        outgoing = Outgoing(
            reference=str(uuid.uuid4()),
            to=number,
            sender=settings.CENTRE_PHONE.replace("-", ""),
            kind=size.kind,
            subject=subject if size.kind == "LMS" else "",
            body=body,
        )
        self._send(get_gateway(), outgoing, size)

    def _send(self, gateway, outgoing, size):
        self._say("gateway", f"{gateway.name} ({settings.SMS_URL})")
        self._say("text", f"{size.kind}, {size.bytes} bytes, reference {outgoing.reference}")
        heard = []
        try:
            accepted = asyncio.run(_listening(gateway.send(outgoing), heard))
        except WireError as failure:
            self._tell(heard, failure.answer)
            sentence = f"{type(failure).__name__}: {failure.reason}. {failure}".strip()
            raise CommandError(without_secrets(sentence)) from None
        self._tell(heard, accepted.answer)
        self._say("accepted", accepted.provider_id)

    def _tell(self, heard, answer):
        for method, address, status in heard:
            self._say("request", f"{method} {address}")
            self._say("status", str(status))
        self._say("answer", json.dumps(answer, ensure_ascii=False)[:2000])

    def _say(self, what, words):
        self.stdout.write(f"{what:<10} {without_secrets(words)}")


async def _listening(sending, heard):
    http.conversation.set(heard)
    return await sending


def without_secrets(text):
    """Return ``text`` with the user, the password and the keys of SMS_URL put out of sight."""
    url = urlsplit(settings.SMS_URL)
    options = (each.partition("=") for each in url.query.split("&"))
    secrets = {value for name, _is, value in options if name not in NOT_SECRET}
    secrets = {each for each in secrets | {url.username, url.password} if each}
    secrets |= {unquote(each) for each in secrets} | {unquote_plus(each) for each in secrets}
    # The longest first: one may be a part of another.
    for each in sorted(secrets, key=len, reverse=True):
        text = text.replace(each, "***")
    return text
