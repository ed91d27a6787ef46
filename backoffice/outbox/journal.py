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


def outcomes(kind, pairs):
    """Say what came of handing rows over; those that were simply taken in one line."""
    taken = {}
    for row, said in pairs:
        if isinstance(said, Accepted):
            taken.setdefault(said.gateway or row.gateway, []).append(row)
            continue
        sentence = "Not taken." if isinstance(said, NotTaken) else "In doubt."
        tell(sentence, row, gateway=said.gateway or row.gateway, reason=said.reason, ms=row.took)
    for gateway, rows in taken.items():
        logger.info(
            "Taken.",
            extra={
                "kind": kind._meta.label_lower,
                "pks": [row.pk for row in rows],
                "gateway": gateway,
                "ms": max(row.took for row in rows),
            },
        )


def moved(row, source):
    """Say that ``row`` came to another state."""
    tell("Moved.", row, source=source, state=row.state, gateway=row.gateway, reason=row.reason)


def _facts(row):
    return {"kind": row._meta.label_lower, "pk": row.pk, "attempts": row.attempts}
