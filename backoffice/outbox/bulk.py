"""
Many rows of one kind at once, each step one statement.

At the speed of the wire the ORM's own bulk updates take longer than the wire does. Keys and
values travel as one JSON parameter, so that a statement stays the same whatever their number.
"""

import json

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.db.models.base import ModelState

from .standing import Lease

KEYS = {
    "postgresql": "SELECT value::bigint AS id FROM jsonb_array_elements_text(%s::jsonb)",
    "sqlite": "SELECT value AS id FROM json_each(%s)",
}
# As an array PostgreSQL looks each key up; of a join it may make a scan of the whole table
# while it has no statistics yet.
AMONG = {"postgresql": "= ANY(ARRAY({}))", "sqlite": "IN ({})"}
# No bare column: PostgreSQL would combine the keys with a partial index of all that wait, or of
# all that ever were on the wire and are not cleaned away yet.
IS_NOW = "state || '' ="
ANSWERS = {
    "postgresql": "SELECT * FROM jsonb_to_recordset(%s::jsonb) "
    "AS answered(id bigint, provider_id text, answer jsonb)",
    "sqlite": "SELECT value->>'id' AS id, value->>'provider_id' AS provider_id, "
    "NULLIF(value->'answer', 'null') AS answer FROM json_each(%s)",
}


def lease(kind, *due, worker, until):
    """
    Lease the rows of ``due`` (sliced, ordered querysets) to ``worker`` and return them.

    They hold what ``kind.CARRIES`` names, and come oldest first; locked rows are skipped where
    the database can.
    """
    with transaction.atomic():
        keys = _locked(due)
        if not keys:
            return []
        _write_lease(kind, worker, keys, until)
    rows = _read(kind, keys)
    for row in rows:
        row.claim = worker
    prefetch_related_objects(rows, *kind.WITH)
    return rows


def _read(kind, keys):
    """Return the rows with ``keys``, oldest first, with what the wire needs of them."""
    needed = {"id", "state", "attempts", "gateway", *kind.CARRIES}
    fields = [field for field in kind._meta.concrete_fields if field.name in needed]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    where = AMONG[connection.vendor].format(KEYS[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {_table(kind)} "  # noqa: S608  own names
            f"WHERE id {where} ORDER BY not_before, id",
            [json.dumps(keys)],
        )
        found = cursor.fetchall()
    if connection.vendor == "sqlite":  # which has no type for a reference
        found = [
            [field.to_python(value) for field, value in zip(fields, row, strict=True)]
            for row in found
        ]
    names = [field.attname for field in fields]
    alias = connection.alias  # asked of the thread; for each row that would tell in the speed
    return [_instance(kind, alias, zip(names, row, strict=True)) for row in found]


def _instance(kind, alias, values):
    """As ``from_db()`` makes it, which for each row goes through all fields, needed or not."""
    row = kind.__new__(kind)
    row._state = ModelState()
    row._state.adding, row._state.db = False, alias
    vars(row).update(values)
    return row


def _locked(due):
    """Lock the rows of the querysets ``due`` and return their keys."""
    found, params = [], []
    for each in due:
        chosen = each.select_for_update(skip_locked=True, of=("self",)).values("pk")
        try:
            sql, its = chosen.query.sql_with_params()
        except EmptyResultSet:  # nothing is due by the kind's own rule
            continue
        found.append(f"SELECT pk FROM ({sql}) AS part")  # noqa: S608  own names
        params += its
    if not found:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Statistics say that hardly anything waits, since so it is on most days; in front
            # of a backlog it would then read and sort all of it for each lease. And a lease
            # need not outlive the server: the disk is not waited for.
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL synchronous_commit = off")
        cursor.execute(" UNION ".join(found), params)
        return [key for (key,) in cursor.fetchall()]


def _write_lease(kind, worker, keys, until):
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(Lease)} (worker, kind, keys, until) "  # noqa: S608  own names
            f"VALUES (%s, %s, %s, %s) ON CONFLICT (worker, kind) "
            f"DO UPDATE SET keys = excluded.keys, until = excluded.until",
            [
                _value(Lease, "worker", worker),
                kind._meta.label_lower,
                _value(Lease, "keys", keys),
                _value(Lease, "until", until),
            ],
        )


def put_on_wire(kind, keys, *, worker, at, facts):
    """
    Mark as *sending* what still waits, if ``worker``'s lease holds, and return the keys of it.

    :param facts: fields to set beside it
    """
    names = "".join(f", {_column(kind, name)} = %s" for name in facts)
    return _moved(
        kind,
        f"UPDATE {_table(kind)} SET state = 'sending', claim = %s, "  # noqa: S608  own names
        f"claimed_at = %s, attempts = attempts + 1{names} "
        f"WHERE id {AMONG[connection.vendor].format(KEYS[connection.vendor])} "
        f"AND {IS_NOW} 'queued' AND not_before <= %s AND EXISTS ("
        f"SELECT 1 FROM {_table(Lease)} WHERE worker = %s AND kind = %s AND until > %s"
        f") RETURNING id",
        [
            _value(kind, "claim", worker),
            _value(kind, "claimed_at", at),
            *(_value(kind, name, value) for name, value in facts.items()),
            json.dumps(keys),
            _value(kind, "not_before", at),
            _value(Lease, "worker", worker),
            kind._meta.label_lower,
            _value(Lease, "until", at),
        ],
        change=("queued", "sending", at),
    )


def accept(kind, answers, *, worker, at, ask_at):
    """
    Record acceptances of rows that ``worker`` still has on the wire, and return their keys.

    :param answers: dictionaries of ``id``, ``provider_id`` and ``answer``, which is JSON
    """
    among = AMONG[connection.vendor].format(KEYS[connection.vendor])
    return _moved(
        kind,
        # A report that overtook this has made the asking due already.
        f"UPDATE {_table(kind)} SET state = 'accepted', accepted_at = %s, "  # noqa: S608  own names
        f"ask_at = COALESCE(ask_at, %s), provider_id = answered.provider_id, "
        f"answer = answered.answer, reason = '', detail = '' "
        f"FROM ({ANSWERS[connection.vendor]}) AS answered "
        f"WHERE {_table(kind)}.id = answered.id AND {_table(kind)}.id {among} "
        f"AND {IS_NOW} 'sending' AND {_table(kind)}.claim = %s "
        f"RETURNING {_table(kind)}.id",
        [
            _value(kind, "accepted_at", at),
            _value(kind, "ask_at", ask_at),
            json.dumps(answers),
            json.dumps([each["id"] for each in answers]),
            _value(kind, "claim", worker),
        ],
        change=("sending", "accepted", at),
    )


def _moved(kind, sql, params, *, change):
    """Run an update that returns keys, and write a line of history for each of them."""
    source, target, at = change
    lines = kind.changes.rel
    model = lines.related_model
    note = (
        f"INSERT INTO {_table(model)} "  # noqa: S608  own names
        f"({lines.field.column}, transition, source, target, at, note) "
        f"SELECT id, %s, %s, %s, %s, '' FROM "
    )
    noted = [target, source, target, _value(model, "at", at)]
    if connection.vendor == "postgresql":
        # One way to the server and back, which beside a busy wire are dear.
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH moved AS ({sql}), noted AS ({note} moved) SELECT id FROM moved",  # noqa: S608
                [*params, *noted],
            )
            return {key for (key,) in cursor.fetchall()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        keys = {key for (key,) in cursor.fetchall()}
        if keys:
            cursor.execute(f"{note} ({KEYS['sqlite']})", [*noted, json.dumps(list(keys))])
        return keys


def _table(model):
    return connection.ops.quote_name(model._meta.db_table)


def _column(model, name):
    return connection.ops.quote_name(model._meta.get_field(name).column)


def _value(model, name, value):
    return model._meta.get_field(name).get_db_prep_save(value, connection)
