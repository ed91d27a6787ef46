import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

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

    replaces = [
        ('audit', '0001_initial'),
        ('audit', '0002_initial'),
        ('audit', '0003_second_person'),
        ('audit', '0004_more_actions'),
        ('audit', '0005_chain'),
        ('audit', '0006_review'),
        ('audit', '0007_hours'),
        ('audit', '0008_review_sums'),
    ]

    initial = True

    dependencies = [
        ('drivers', '0001_squashed_0011_names_with_drivers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('account', models.CharField(blank=True, max_length=150, verbose_name='account')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='address')),
                ('action', models.CharField(choices=[('view', 'view'), ('list', 'list'), ('search', 'search'), ('edit', 'edit'), ('reveal', 'reveal'), ('read_out', 'code read-out'), ('refused', 'refused attempt'), ('sign_in', 'sign-in'), ('sign_in_failed', 'failed sign-in'), ('sign_out', 'sign-out'), ('export', 'export'), ('import', 'import'), ('rights', 'change of rights'), ('review', 'review'), ('erase', 'erasure')], max_length=20, verbose_name='action')),
                ('driver', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='drivers.driver', verbose_name='driver')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='detail')),
                ('sequence', models.BigIntegerField(default=None, editable=False, null=True, unique=True, verbose_name='sequence')),
                ('chain', models.CharField(blank=True, default='', editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'access record',
                'verbose_name_plural': 'access records',
                'indexes': [models.Index(fields=['at'], name='audit_at'), models.Index(fields=['by', 'at'], name='audit_by_at'), models.Index(fields=['driver', 'at'], name='audit_driver_at'), models.Index(fields=['action', 'at'], name='audit_action_at'), models.Index(condition=models.Q(('sequence', None)), fields=['id'], name='audit_unsealed')],
            },
        ),
        migrations.CreateModel(
            name='DayTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('person', models.BigIntegerField()),
                ('action', models.CharField(max_length=20)),
                ('times', models.PositiveIntegerField(default=0)),
                ('off_hours', models.PositiveIntegerField(default=0)),
                ('drivers', models.PositiveIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('day', 'person', 'action'), name='audit_day_tally')],
            },
        ),
        migrations.CreateModel(
            name='LookTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('driver', models.BigIntegerField()),
                ('person', models.BigIntegerField()),
                ('times', models.PositiveIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('month', 'driver', 'person'), name='audit_look_tally')],
            },
        ),
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
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True, verbose_name='month')),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('comment', models.TextField(max_length=2000, verbose_name='comment')),
                ('figures', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'monthly review',
                'verbose_name_plural': 'monthly reviews',
                'permissions': [('sign_review', 'Can sign the monthly review')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.BigIntegerField(default=0)),
                ('chain', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('sequence', models.BigIntegerField(unique=True)),
                ('chain', models.CharField(max_length=64)),
                ('before', models.DateTimeField()),
                ('removed', models.BigIntegerField()),
                ('seal', models.CharField(max_length=64)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RunPython(make, remove),
    ]
