"""Bringing a delivery to where a worker has it on the wire."""

import uuid


def put_next_on_wire(kind):
    """Lease the next due row of ``kind``, mark it as sending, and return it, or None."""
    worker = uuid.uuid4()
    rows = kind.put_on_wire(worker, kind.claim_ahead(worker, 1))
    return rows[0] if rows else None
