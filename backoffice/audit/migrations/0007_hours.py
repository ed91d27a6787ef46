from django.conf import settings
from django.db import migrations

NAME = "audit_hour_at"


def make(apps, schema_editor):
    """
    The officer's list of what was done outside of office hours, newest first.

    On PostgreSQL only: on SQLite an hour is worked out by a function of Django's, and an index
    over it would make the file unwritable to everything else.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {NAME} ON audit_accessrecord "
            f"((EXTRACT(HOUR FROM at AT TIME ZONE '{settings.TIME_ZONE}')), at)"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):

    dependencies = [("audit", "0006_review")]

    operations = [migrations.RunPython(make, remove)]
