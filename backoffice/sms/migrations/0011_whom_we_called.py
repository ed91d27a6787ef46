from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery


def whom_we_called(apps, schema_editor):
    """What was noted at the case only: the texts that a recorded call-back told of."""
    case = apps.get_model("cases", "Case").objects.filter(pk=OuterRef("case"))
    told = apps.get_model("sms", "Message").objects.filter(
        case__called_back_at__gte=F("queued_at")
    )
    told.update(driver_told_at=Subquery(case.values("called_back_at")))


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0014_flat_lists'),
        ('sms', '0010_flat_lists'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='message',
            name='message_for_a_person',
        ),
        migrations.AddField(
            model_name='message',
            name='driver_told_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='told by telephone'),
        ),
        migrations.RunPython(whom_we_called, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('driver_told_at', None), ('erased_at', None), ('state__in', ('unknown', 'failed', 'undelivered'))), fields=['-id'], name='message_for_a_person'),
        ),
    ]
