from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def tell_when(apps, schema_editor):
    """Those who withdrew before say it by the line of their history."""
    Driver = apps.get_model("drivers", "Driver")
    withdrawn = apps.get_model("drivers", "DriverChange").objects.filter(
        driver=OuterRef("pk"), transition="withdraw"
    )
    at = Subquery(withdrawn.order_by("-pk").values("at")[:1])
    gone = Driver.objects.filter(state="withdrawn", withdrawn_at=None)
    gone.update(withdrawn_at=Coalesce(at, F("updated_at")))


class Migration(migrations.Migration):

    dependencies = [
        ('drivers', '0006_retention'),
    ]

    operations = [
        migrations.RunPython(tell_when, migrations.RunPython.noop, elidable=True),
    ]
