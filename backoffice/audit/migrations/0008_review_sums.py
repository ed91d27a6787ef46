from django.db import migrations, models
from django.db.models import Count, Sum

MANY = 5
USES = ["view", "list", "search", "edit", "reveal", "read_out", "export", "import"]


def add_up_uses(apps, schema_editor):
    """Everybody's uses of a day, of the days that are sealed already."""
    tally = apps.get_model("audit", "DayTally")
    uses = tally.objects.filter(action__in=USES).values("day", "person")
    summed = uses.annotate(
        n=Sum("times"), at_night=Sum("off_hours"), named=Sum("drivers")
    ).values_list("day", "person", "n", "at_night", "named")
    tally.objects.bulk_create(
        (
            tally(day=day, person=person, action="", times=n, off_hours=off, drivers=named)
            for day, person, n, off, named in summed.iterator()
        ),
        batch_size=1000,
    )


def watch(apps, schema_editor):
    """Whom many people looked at, in the months that are sealed already."""
    looks = apps.get_model("audit", "LookTally").objects.values("month", "driver")
    many = looks.annotate(people=Count("person"), times=Sum("times")).filter(people__gte=MANY)
    watched = apps.get_model("audit", "WatchTally")
    watched.objects.bulk_create([watched(**each) for each in many], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0007_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='WatchTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('driver', models.BigIntegerField()),
                ('people', models.PositiveIntegerField()),
                ('times', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('month', 'driver'), name='audit_watch_tally')],
            },
        ),
        migrations.RunPython(watch, migrations.RunPython.noop),
        migrations.RunPython(add_up_uses, migrations.RunPython.noop),
    ]
