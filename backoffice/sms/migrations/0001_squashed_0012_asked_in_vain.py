import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('sms', '0001_initial'),
        ('sms', '0002_initial'),
        ('sms', '0003_accepted_at'),
        ('sms', '0004_leases'),
        ('sms', '0005_reports'),
        ('sms', '0006_open_rows'),
        ('sms', '0007_retention'),
        ('sms', '0008_waiting'),
        ('sms', '0009_leases_apart'),
        ('sms', '0010_flat_lists'),
        ('sms', '0011_whom_we_called'),
        ('sms', '0012_asked_in_vain'),
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
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('key', models.SlugField(editable=False, unique=True, verbose_name='key')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('subject', models.CharField(help_text='For long texts (LMS); at most 40 bytes.', max_length=60, verbose_name='subject')),
                ('body', models.TextField(help_text='Variables are written #{name}. At most 90 bytes are sent as SMS, else LMS.', verbose_name='body')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'SMS template',
                'verbose_name_plural': 'SMS templates',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='reference')),
                ('intent', models.CharField(editable=False, max_length=100, verbose_name='intent')),
                ('state', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('accepted', 'accepted'), ('delivered', 'delivered'), ('undelivered', 'undelivered'), ('failed', 'failed'), ('unknown', 'unknown')], default='queued', editable=False, max_length=20, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='reason')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='detail')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('gateway', models.CharField(blank=True, max_length=20, verbose_name='gateway')),
                ('provider_id', models.CharField(blank=True, max_length=100, verbose_name="provider's id")),
                ('answer', models.JSONField(blank=True, null=True, verbose_name='raw answer')),
                ('claim', models.UUIDField(editable=False, null=True)),
                ('resend_of', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resent_as', to='sms.message', verbose_name='sent again for')),
                ('ask_at', models.DateTimeField(editable=False, null=True)),
                ('asked', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='asked for')),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, verbose_name='not before')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='queued at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='on the wire since')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted at')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled at')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='drivers.driver', verbose_name='driver')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='cases.case', verbose_name='support case')),
                ('correction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='drivers.correction', verbose_name='correction')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='sms.template', verbose_name='template')),
                ('template_version', models.PositiveIntegerField(verbose_name='template version')),
                ('to', models.CharField(max_length=15, verbose_name='to')),
                ('kind', models.CharField(choices=[('SMS', 'SMS'), ('LMS', 'LMS')], max_length=3, verbose_name='kind')),
                ('subject', models.CharField(blank=True, max_length=60, verbose_name='subject')),
                ('body', models.TextField(verbose_name='body')),
                ('bytes', models.PositiveIntegerField(verbose_name='bytes')),
                ('unconfirmed', models.BooleanField(default=False, editable=False)),
                ('driver_told_at', models.DateTimeField(editable=False, null=True, verbose_name='told by telephone')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'permissions': [('resend_message', 'Can send a message again')],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['not_before', 'id'], name='message_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='message_sending'), models.Index(fields=['provider_id'], name='message_provider_id'), models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['ask_at'], name='message_to_ask'), models.Index(fields=['claimed_at'], name='message_claimed_at'), models.Index(fields=['queued_at'], name='message_queued_at'), models.Index(condition=models.Q(('state__in', ('queued', 'sending', 'accepted', 'unknown'))), fields=['state', 'queued_at'], name='message_open'), models.Index(condition=models.Q(('driver_told_at', None), ('erased_at', None), ('state__in', ('unknown', 'failed', 'undelivered'))), fields=['-id'], name='message_for_a_person'), models.Index(condition=models.Q(('ask_at', None), ('state', 'accepted'), models.Q(('unconfirmed', True), ('asked__gt', 0), _connector='OR')), fields=['-id'], name='message_in_vain'), models.Index(condition=models.Q(('state__in', ['undelivered', 'failed', 'unknown'])), fields=['state', '-id'], name='message_list_by_state'), models.Index(condition=models.Q(('erased_at', None)), fields=['queued_at'], name='message_to_erase')],
                'constraints': [models.UniqueConstraint(fields=('intent',), name='message_intent')],
            },
        ),
        migrations.CreateModel(
            name='MessageChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sms.message')),
            ],
            options={
                'verbose_name': 'step of a message',
                'verbose_name_plural': 'steps of a message',
            },
        ),
        migrations.CreateModel(
            name='MessageReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='sms.message', verbose_name='message')),
                ('gateway', models.CharField(max_length=20, verbose_name='gateway')),
                ('source', models.CharField(choices=[('report', 'report'), ('answer', 'answer to our question')], max_length=10, verbose_name='source')),
                ('outcome', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('accepted', 'accepted'), ('delivered', 'delivered'), ('undelivered', 'undelivered'), ('failed', 'failed'), ('unknown', 'unknown')], max_length=20, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='reason')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='detail')),
                ('raw', models.JSONField(null=True, verbose_name='raw report')),
                ('effect', models.CharField(choices=[('none', 'nothing changed'), ('asked', 'the gateway is asked first'), ('moved', 'believed')], default='none', max_length=10, verbose_name='effect')),
                ('told_at', models.DateTimeField(null=True, verbose_name='happened at')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='received at')),
            ],
            options={
                'verbose_name': 'report on a message',
                'verbose_name_plural': 'reports on messages',
                'constraints': [models.UniqueConstraint(fields=('message', 'gateway', 'source', 'outcome', 'reason', 'detail'), name='one_report_of_the_same_words')],
            },
        ),
    ]
