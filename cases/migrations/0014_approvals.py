import cases.models.approval
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('cases', '0014_flat_lists'),
    ]

    initial = True

    dependencies = [
        ('cases', '0001_squashed_0013_months'),
        ('drivers', '0001_squashed_0011_names_with_drivers'),
        ('drivers', '0012_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='cases.case', verbose_name='support case')),
                ('driver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='drivers.driver', verbose_name='driver')),
                ('correction', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approval', to='drivers.correction', verbose_name='correction')),
                ('kind', models.CharField(choices=[('escalation', 'escalation'), ('code_read_out', 'code read-out'), ('sensitive_correction', 'sensitive correction')], max_length=20, verbose_name='kind')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('approved', 'approved'), ('rejected', 'rejected'), ('expired', 'expired'), ('void', 'void')], default='pending', editable=False, max_length=50, verbose_name='state')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='requested at')),
                ('expires_at', models.DateTimeField(default=cases.models.approval.in_due_time, verbose_name='expires at')),
                ('facts', models.JSONField(default=dict, verbose_name='facts')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decision', models.CharField(blank=True, max_length=500, verbose_name='reason of the decision')),
                ('used_at', models.DateTimeField(null=True, verbose_name='read out at')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'permissions': [('decide_approval', 'Can decide approvals')],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['driver', 'id'], name='approval_pending'), models.Index(condition=models.Q(('used_at__isnull', False)), fields=['used_at'], name='approval_used'), models.Index(fields=['requested_at'], name='approval_by_day'), models.Index(condition=models.Q(('state', 'approved'), _negated=True), fields=['state', '-id'], name='approval_list_by_state'), models.Index(fields=['kind', '-id'], name='approval_list_by_kind')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('case',), name='one_pending_approval')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='cases.approval')),
            ],
            options={
                'verbose_name': 'approval change',
                'verbose_name_plural': 'approval changes',
            },
        ),
    ]
