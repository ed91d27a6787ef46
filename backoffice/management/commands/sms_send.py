import asyncio
import json
import re
import uuid

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backoffice.outbox.wire import WireError
from backoffice.sms.gateways import Outgoing, get_gateway
from backoffice.sms.models import Template
from backoffice.sms.rendering import Unrenderable
from drivers.phones import MOBILE, digits_of

SECRET = re.compile(r"(?<=[/:])[^/:@]+:[^/@]+@|(?<=key=)[^&]+|(?<=hook=)[^&]+")


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
        gateway = get_gateway()
        self.stdout.write(f"gateway    {gateway.name} ({SECRET.sub('***', settings.SMS_URL)})")
        self.stdout.write(
            f"text       {size.kind}, {size.bytes} bytes, reference {outgoing.reference}"
        )
        try:
            accepted = asyncio.run(gateway.send(outgoing))
        except WireError as failure:
            self._tell(failure.answer)
            raise CommandError(f"{type(failure).__name__}: {failure.reason}. {failure}") from None
        self._tell(accepted.answer)
        self.stdout.write(f"accepted   {accepted.provider_id}")

    def _tell(self, answer):
        self.stdout.write(f"answer     {json.dumps(answer, ensure_ascii=False)[:2000]}")
