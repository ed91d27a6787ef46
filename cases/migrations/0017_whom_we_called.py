from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0016_types_out_of_use'),
        ('sms', '0001_squashed_0012_asked_in_vain'),  # which reads it: each text holds since when it is told
    ]

    operations = [
        migrations.RemoveField(
            model_name='case',
            name='called_back_at',
        ),
    ]
