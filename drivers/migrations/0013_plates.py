from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

MARKS = "-.‐‒–—―−"


def forget_marks(apps, schema_editor):
    """Vehicles are searched without dots and dashes; few were typed with any."""
    key = F("vehicle_key")
    for mark in MARKS:
        key = Replace(key, Value(mark))
    marked = apps.get_model("drivers", "Driver").objects.filter(vehicle_key__regex=f"[{MARKS}]")
    marked.update(vehicle_key=key)


class Migration(migrations.Migration):

    dependencies = [
        ('drivers', '0012_corrections'),
    ]

    operations = [
        migrations.RunPython(forget_marks, migrations.RunPython.noop, elidable=True),
    ]
