"""
What the database itself refuses to do with the access records, whoever asks it.

Triggers, put in place at every migrate. Their names hold a digest of what they say, so
that a changed column or rule replaces them.
"""

import hashlib

from django.db import connections, transaction

from .models import AccessRecord, Anchor, Head, Review

PREFIX = "audit_guard_"
SEALS = {"sequence", "chain"}
# The law asks for a year; no setting and no clock of an application goes below it.
LEAST_DAYS = 364
REFUSAL = "Access records are only added to."


def install(*, using, **signal):
    """Put the guards in place that are missing, and take away those of another version."""
    connection = connections[using]
    if Head._meta.db_table not in connection.introspection.table_names():
        return  # the migrations have not come so far
    wanted, found = _wanted(connection), present(connection)
    if wanted.keys() == found.keys():
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name in found.keys() - wanted.keys():
            cursor.execute(drop(connection, name, found[name]))
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTIONS)
        for name in wanted.keys() - found.keys():
            cursor.execute(wanted[name])


def lift(*, using, plan, **signal):
    """Take the guards away for migrations of their tables: a column with one is not altered."""
    if not any(migration.app_label == AccessRecord._meta.app_label for migration, _back in plan):
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in present(connection).items():
            cursor.execute(drop(connection, name, table))


def missing(connection):
    """Return how many guards are not in place, or are switched off."""
    return len(_wanted(connection).keys() - present(connection).keys())


def present(connection):
    """Return the guards that are in place and at work: their tables by their names."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
            "WHERE tgname LIKE 'audit_guard_%' AND tgenabled IN ('O', 'A')"
        )
    else:
        query = (
            "SELECT name, tbl_name FROM sqlite_master "
            "WHERE type = 'trigger' AND name LIKE 'audit_guard_%'"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def drop(connection, name, table):
    """Return the statement that takes one guard away."""
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{where}"


def _wanted(connection):
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    wanted = {}
    for statement in make():
        name = f"{PREFIX}{hashlib.sha256(statement.encode()).hexdigest()[:12]}"
        wanted[name] = statement.format(name=name)
    return wanted


def _columns(model, *, but=frozenset()):
    names = [field.column for field in model._meta.local_concrete_fields]
    return [name for name in names if name not in but]


def _same(columns, word):
    return " AND ".join(f'OLD."{name}" {word} NEW."{name}"' for name in columns)


# PostgreSQL. The conditions stand before the functions, so that an ordinary insert calls none.

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION audit_refuse_young() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM audit_anchor
        WHERE sequence >= OLD.sequence AND before > OLD.at
            AND before <= now() - interval '{LEAST_DAYS} days'
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION audit_refuse_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_review WHERE starts <= NEW.at AND NEW.at < ends) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""  # noqa: S608  own names


def _postgresql():
    record = AccessRecord._meta.db_table
    same = _same(_columns(AccessRecord, but=SEALS), "IS NOT DISTINCT FROM")
    row, refuse = "FOR EACH ROW", "EXECUTE FUNCTION audit_refuse()"
    yield (
        f"CREATE TRIGGER {{name}} BEFORE INSERT ON {record} {row} "
        f"WHEN (NEW.sequence IS NOT NULL OR NEW.chain <> '') {refuse}"
    )
    # A month is signed an hour after its end at the earliest, see ``review``.
    yield (
        f"CREATE TRIGGER {{name}} BEFORE INSERT ON {record} {row} "
        "WHEN (NEW.at < now() - interval '30 minutes') EXECUTE FUNCTION audit_refuse_signed()"
    )
    yield (
        f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {record} {row} "
        f"WHEN (NOT (OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND {same})) {refuse}"
    )
    yield (
        f"CREATE TRIGGER {{name}} BEFORE DELETE ON {record} {row} "
        "EXECUTE FUNCTION audit_refuse_young()"
    )
    for model in (Anchor, Review):
        yield f"CREATE TRIGGER {{name}} BEFORE UPDATE OR DELETE ON {_table(model)} {row} {refuse}"
    yield f"CREATE TRIGGER {{name}} BEFORE DELETE ON {_table(Head)} {row} {refuse}"
    yield (
        f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {_table(Head)} {row} "
        f"WHEN (NEW.sequence < OLD.sequence) {refuse}"
    )
    for model in (AccessRecord, Anchor, Head, Review):
        yield f"CREATE TRIGGER {{name}} BEFORE TRUNCATE ON {_table(model)} {refuse}"


# SQLite. An insert that replaces a row deletes it without asking the delete's trigger.


def _sqlite():
    record, anchor, head, review = map(_table, (AccessRecord, Anchor, Head, Review))
    same = _same(_columns(AccessRecord, but=SEALS), "IS")
    covered = (
        f"FROM {anchor} WHERE sequence >= OLD.sequence AND before > OLD.at "
        f"AND before <= datetime('now', '-{LEAST_DAYS} days')"
    )
    for act, table, condition in (
        ("INSERT", record, "NEW.sequence IS NOT NULL OR NEW.chain <> ''"),
        ("INSERT", record, f"EXISTS (SELECT 1 FROM {record} WHERE id = NEW.id)"),  # noqa: S608  own names
        (
            "INSERT",
            record,
            f"EXISTS (SELECT 1 FROM {review} WHERE starts <= NEW.at AND NEW.at < ends)",  # noqa: S608  own names
        ),
        (
            "UPDATE",
            record,
            f"NOT (OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND {same})",
        ),
        ("DELETE", record, f"NOT EXISTS (SELECT 1 {covered})"),
        ("UPDATE", anchor, "1"),
        ("DELETE", anchor, "1"),
        ("UPDATE", review, "1"),
        ("DELETE", review, "1"),
        ("UPDATE", head, "NEW.sequence < OLD.sequence"),
        ("DELETE", head, "1"),
    ):
        yield (
            f"CREATE TRIGGER {{name}} BEFORE {act} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _table(model):
    return model._meta.db_table
