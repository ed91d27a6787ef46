import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('drivers', '0012_flat_lists'),
    ]

    initial = True

    dependencies = [
        ('cases', '0001_squashed_0013_months'),
        ('drivers', '0001_squashed_0011_names_with_drivers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='drivers.driver', verbose_name='driver')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='cases.case', verbose_name='support case')),
                ('field', models.CharField(choices=[('birthdate', 'birthdate'), ('phone', 'phone')], max_length=20, verbose_name='field')),
                ('old_value', models.CharField(max_length=30, verbose_name='old value')),
                ('new_value', models.CharField(max_length=30, verbose_name='new value')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('state', models.CharField(choices=[('requested', 'requested'), ('scheduled', 'scheduled'), ('applied', 'applied'), ('cancelled', 'cancelled'), ('rejected', 'rejected'), ('undone', 'undone')], default='requested', editable=False, max_length=50, verbose_name='state')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='requested at')),
                ('apply_at', models.DateTimeField(null=True, verbose_name='apply at')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='applied at')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='drivers.correction', verbose_name='undoes')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'indexes': [models.Index(condition=models.Q(('state', 'scheduled')), fields=['apply_at'], name='correction_scheduled'), models.Index(django.db.models.functions.comparison.Coalesce('applied_at', 'requested_at'), condition=models.Q(('erased_at', None)), name='correction_to_erase'), models.Index(condition=models.Q(('state', 'applied'), _negated=True), fields=['state', '-id'], name='correction_list_by_state'), models.Index(condition=models.Q(('field', 'birthdate'), _negated=True), fields=['field', '-id'], name='correction_list_by_field')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['requested', 'scheduled'])), fields=('driver', 'field'), name='one_open_correction')],
            },
        ),
        migrations.CreateModel(
            name='CorrectionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='drivers.correction')),
            ],
            options={
                'verbose_name': 'step of a correction',
                'verbose_name_plural': 'steps of a correction',
            },
        ),
    ]
