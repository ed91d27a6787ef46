from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate

FIRST_MOMENTS = [
    ("cases", "cases", "Case", "created_at"),
    ("approvals", "cases", "Approval", "requested_at"),
    ("texts", "sms", "Message", "queued_at"),
]


def tell_what_follows_a_correction(apps, editor):
    Case, Correction = apps.get_model("cases", "Case"), apps.get_model("drivers", "Correction")
    before = Correction.objects.filter(
        driver=OuterRef("driver"),
        applied_at__lte=OuterRef("created_at"),
        applied_at__gt=OuterRef("created_at") - timedelta(hours=24),
    )
    Case.objects.filter(Exists(before)).update(follows_correction=True)


def let_all_days_be_counted(apps, editor):
    StaleDay = apps.get_model("cases", "StaleDay")
    for about, app, model, field in FIRST_MOMENTS:
        rows = apps.get_model(app, model).objects.annotate(day=TruncDate(field)).order_by()
        days = rows.values_list("day", flat=True).distinct()
        StaleDay.objects.bulk_create([StaleDay(about=about, day=day) for day in days])


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_figures'),
        ('drivers', '0010_lists'),
        ('sms', '0007_retention'),
    ]

    operations = [
        migrations.RunPython(tell_what_follows_a_correction, migrations.RunPython.noop),
        migrations.RunPython(let_all_days_be_counted, migrations.RunPython.noop),
    ]
