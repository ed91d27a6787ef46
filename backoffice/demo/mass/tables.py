"""Writing many rows of one model at once: COPY on PostgreSQL, executemany on SQLite."""

import json

from django.db import connection, models
from django.db.models import NOT_PROVIDED

IS_MADE_AT_SAVE = ("auto_now", "auto_now_add")


class Table:
    """
    Rows of ``model``, given as tuples of the values of ``names``.

    A column that is not named takes the field's own default. One whose default is different
    for each row has to be named.
    """

    def __init__(self, model, *names):
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        left = {name: field for name, field in fields.items() if name not in names}
        left = {name: field for name, field in left.items() if not field.primary_key}
        self._prepare = [_preparer(fields[name]) for name in names]
        self._same = tuple(_preparer(each)(_default(each)) for each in left.values())
        quote = connection.ops.quote_name
        self._table = quote(model._meta.db_table)
        columns = [*(fields[name].column for name in names), *(f.column for f in left.values())]
        self._columns = ", ".join(map(quote, columns))
        self._width = len(columns)
        self.rows = []

    def add(self, *values):
        """Keep one row for ``write()``."""
        self.rows.append(values)

    def write(self):
        """Insert the rows that were added, and forget them. Needs a transaction."""
        prepared = self._prepared()
        if connection.vendor == "postgresql":
            statement = f"COPY {self._table} ({self._columns}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * self._width)
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {self._table} ({self._columns}) "  # noqa: S608  own names
                    f"VALUES ({marks})",
                    list(prepared),
                )
        self.rows = []

    def _prepared(self):
        # Column by column: one look at the kind of each, not one for every value.
        columns = []
        for prepare, values in zip(self._prepare, zip(*self.rows, strict=True), strict=False):
            columns.append(values if prepare is _as_it_is else map(prepare, values))
        same = self._same
        return (row + same for row in zip(*columns, strict=True)) if columns else ()


def _as_it_is(value):
    return value


def _preparer(field):
    """Return the function that turns a value of ``field`` into what the driver takes."""
    ops = connection.ops
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return _as_it_is
    if isinstance(field, models.DateTimeField):
        return ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return ops.adapt_datefield_value
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex if value is not None else None
    return _as_it_is


def _json(value):
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _default(field):
    if any(getattr(field, name, False) for name in IS_MADE_AT_SAVE):
        raise TypeError(f"{field} is made at each save; name it.")
    if field.default is NOT_PROVIDED:
        if not (field.null or field.empty_strings_allowed):
            raise TypeError(f"{field} has no default; name it.")
    elif callable(field.default) and field.default not in {dict, list}:
        raise TypeError(f"{field} is different in each row; name it.")
    return field.get_default()


def follow_keys(*models):
    """Let the database go on counting the keys of ``models`` after those that were given."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
