import sys

from backoffice.outbox.wire import Accepted

from .base import Gateway


class ConsoleGateway(Gateway):
    """Prints texts instead of sending them, for work on this machine."""

    name = "console"

    async def send(self, outgoing):
        lines = [f"{outgoing.kind} {outgoing.sender} -> {outgoing.to}", outgoing.subject]
        print("\n".join([*lines, outgoing.body, "-" * 40]), file=sys.stderr, flush=True)  # noqa: T201
        return Accepted(provider_id=f"console-{outgoing.reference}")
