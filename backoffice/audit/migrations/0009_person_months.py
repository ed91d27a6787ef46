from collections import defaultdict

import backoffice.audit.models
from django.db import migrations, models

REVEALS = ["reveal", "read_out"]


def gather(apps, schema_editor):
    """A row for everybody's month, of the rows that there were for his days."""
    apps.get_model("audit", "Head").objects.select_for_update().first()  # nobody seals meanwhile
    days = apps.get_model("audit", "DayTally").objects
    months = apps.get_model("audit", "PersonMonth").objects
    reveals = defaultdict(int)
    for day, person, times in days.filter(action__in=REVEALS).values_list("day", "person", "times"):
        reveals[day.replace(day=1), person] += times
    found = {}
    for each in days.filter(action="").iterator():
        key = each.day.replace(day=1), each.person
        if key not in found:
            found[key] = months.model(month=key[0], person=key[1], reveals=reveals[key])
        found[key].uses[each.day.day - 1] = each.times
        found[key].off_hours[each.day.day - 1] = each.off_hours
        found[key].drivers += each.drivers
    months.bulk_create(found.values(), batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_squashed_0008_review_sums'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('person', models.BigIntegerField()),
                ('uses', models.JSONField(default=backoffice.audit.models.no_days)),
                ('off_hours', models.JSONField(default=backoffice.audit.models.no_days)),
                ('drivers', models.PositiveIntegerField(default=0)),
                ('reveals', models.PositiveIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('month', 'person'), name='audit_person_month')],
            },
        ),
        migrations.RunPython(gather, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='DayTally',
        ),
    ]
