import json

from backoffice.outbox.wire import Accepted

from .base import BadReport, Gateway, Report, State


class MemoryGateway(Gateway):
    """Keeps texts in a list, for tests. Takes reports as plain JSON."""

    name = "memory"
    can_look_up = True
    reports_are_signed = True  # nobody but tests can call it
    sent = []  # of Outgoing; shared, because the worker may build its own gateway

    async def send(self, outgoing):
        self.sent.append(outgoing)
        return Accepted(provider_id=f"memory-{len(self.sent)}")

    async def look_up(self, outgoing, provider_id=""):
        taken = any(each.reference == outgoing.reference for each in self.sent)
        return Report(outcome=State.DELIVERED, reference=outgoing.reference) if taken else None

    def parse_reports(self, headers, body):
        try:
            return [Report(**each) for each in json.loads(body)]
        except (ValueError, TypeError) as fault:
            raise BadReport(str(fault)) from fault
