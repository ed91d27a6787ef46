"""
What the log tells of deliveries: which row, whereto, what became of it, how long it took.

Never whose: no number, no name, no words. The other side's own words stay in the row.
"""

import logging

from .wire import Accepted, NotTaken

logger = logging.getLogger("backoffice.outbox")


def tell(sentence, row, **facts):
    """Log ``sentence`` about one row."""
    logger.info(sentence, extra={**_facts(row), **facts})


def on_the_wire(kind, rows):
    """Say that ``rows`` go out now, in one line: they are many when there is much to do."""
    if rows:
        logger.info(
            "On the wire.",
            extra={"kind": kind._meta.label_lower, "pks": [row.pk for row in rows]},
        )


def outcome(row, said, *, ms):
    """Say what came of handing ``row`` over."""
    # A row on the wire holds but a few of its fields; another one would be read now.
    gateway = said.gateway or vars(row).get("gateway", "")
    if isinstance(said, Accepted):
        tell("Taken.", row, gateway=gateway, ms=ms)
        return
    sentence = "Not taken." if isinstance(said, NotTaken) else "In doubt."
    tell(sentence, row, gateway=gateway, reason=said.reason, ms=ms)


def moved(row, source):
    """Say that ``row`` came to another state."""
    tell("Moved.", row, source=source, state=row.state, gateway=row.gateway, reason=row.reason)


def _facts(row):
    return {"kind": row._meta.label_lower, "pk": row.pk, "attempts": row.attempts}
