"""
Many rows of one kind at once, each step one statement.

At the speed of the wire the ORM's own bulk updates take longer than the wire does. Keys and
values travel as one JSON parameter, so that a statement stays the same whatever their number.
"""

import json

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import prefetch_related_objects

KEYS = {
    "postgresql": "SELECT value::bigint AS id FROM jsonb_array_elements_text(%s::jsonb)",
    "sqlite": "SELECT value AS id FROM json_each(%s)",
}
ANSWERS = {
    "postgresql": "SELECT * FROM jsonb_to_recordset(%s::jsonb) "
    "AS answered(id bigint, provider_id text, answer jsonb)",
    "sqlite": "SELECT value->>'id' AS id, value->>'provider_id' AS provider_id, "
    "NULLIF(value->'answer', 'null') AS answer FROM json_each(%s)",
}


def lease(kind, due, *, worker, until):
    """
    Lease the rows of ``due`` (a sliced queryset) to ``worker`` and return them.

    They hold what ``kind.CARRIES`` names; locked rows are skipped where the database can.
    """
    chosen = due.select_for_update(skip_locked=True, of=("self",)).values("pk")
    fields = ["id", "claim", "state", "attempts", "not_before", *kind.CARRIES]
    columns = ", ".join(f"{_table(kind)}.{_column(kind, name)}" for name in fields)
    with transaction.atomic():
        try:
            sql, params = chosen.query.sql_with_params()
        except EmptyResultSet:  # this kind has nothing due by its own rule
            return []
        rows = kind.objects.raw(
            f"WITH found(id) AS ({sql}) UPDATE {_table(kind)} "  # noqa: S608  own names
            f"SET claim = %s, leased_until = %s FROM found "
            f"WHERE {_table(kind)}.id = found.id RETURNING {columns}",
            [*params, _value(kind, "claim", worker), _value(kind, "leased_until", until)],
        )
        rows = list(rows)
    prefetch_related_objects(rows, *kind.WITH)
    return rows


def put_on_wire(kind, keys, *, worker, at, facts):
    """
    Mark as *sending* what is still leased to ``worker``, and return the keys of it.

    :param facts: fields to set beside it
    """
    names = "".join(f", {_column(kind, name)} = %s" for name in facts)
    return _moved(
        kind,
        f"UPDATE {_table(kind)} SET state = 'sending', claimed_at = %s, "  # noqa: S608  own names
        f"attempts = attempts + 1, leased_until = NULL{names} "
        f"WHERE id IN ({KEYS[connection.vendor]}) AND claim = %s AND state = 'queued' "
        f"AND leased_until > %s RETURNING id",
        [
            _value(kind, "claimed_at", at),
            *(_value(kind, name, value) for name, value in facts.items()),
            json.dumps(keys),
            _value(kind, "claim", worker),
            _value(kind, "leased_until", at),
        ],
        change=("queued", "sending", at),
    )


def accept(kind, answers, *, worker, at, ask_at):
    """
    Record acceptances of rows that ``worker`` still has on the wire, and return their keys.

    :param answers: dictionaries of ``id``, ``provider_id`` and ``answer``, which is JSON
    """
    return _moved(
        kind,
        # A report that overtook this has made the asking due already.
        f"UPDATE {_table(kind)} SET state = 'accepted', accepted_at = %s, "  # noqa: S608  own names
        f"ask_at = COALESCE(ask_at, %s), provider_id = answered.provider_id, "
        f"answer = answered.answer, reason = '', detail = '' "
        f"FROM ({ANSWERS[connection.vendor]}) AS answered "
        f"WHERE {_table(kind)}.id = answered.id AND {_table(kind)}.state = 'sending' "
        f"AND {_table(kind)}.claim = %s RETURNING {_table(kind)}.id",
        [
            _value(kind, "accepted_at", at),
            _value(kind, "ask_at", ask_at),
            json.dumps(answers),
            _value(kind, "claim", worker),
        ],
        change=("sending", "accepted", at),
    )


def _moved(kind, sql, params, *, change):
    """Run an update that returns keys, and write a line of history for each of them."""
    source, target, at = change
    lines = kind.changes.rel
    model = lines.related_model
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        keys = [key for (key,) in cursor.fetchall()]
        if keys:
            cursor.execute(
                f"INSERT INTO {_table(model)} "  # noqa: S608  own names
                f"({lines.field.column}, transition, source, target, at, note) "
                f"SELECT id, %s, %s, %s, %s, '' FROM ({KEYS[connection.vendor]}) AS moved",
                [target, source, target, _value(model, "at", at), json.dumps(keys)],
            )
    return set(keys)


def _table(model):
    return connection.ops.quote_name(model._meta.db_table)


def _column(model, name):
    return connection.ops.quote_name(model._meta.get_field(name).column)


def _value(model, name, value):
    return model._meta.get_field(name).get_db_prep_save(value, connection)
