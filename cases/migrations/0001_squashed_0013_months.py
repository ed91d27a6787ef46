import django.db.models.deletion
import django.utils.timezone
import phonenumber_field.modelfields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('cases', '0001_initial'),
        ('cases', '0002_initial'),
        ('cases', '0003_playbooks'),
        ('cases', '0004_presence'),
        ('cases', '0005_second_person'),
        ('cases', '0006_leases'),
        ('cases', '0007_retention'),
        ('cases', '0008_lists'),
        ('cases', '0009_waiting'),
        ('cases', '0010_figures'),
        ('cases', '0011_figures_of_what_is_there'),
        ('cases', '0012_leases_apart'),
        ('cases', '0013_months'),
    ]

    initial = True

    dependencies = [
        ('drivers', '0001_squashed_0011_names_with_drivers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DayFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('cases', 'Cases'), ('texts', 'Texts'), ('approvals', 'Approvals')], max_length=10)),
                ('version', models.BigIntegerField(default=0)),
                ('person', models.BigIntegerField(default=0)),
                ('channel', models.CharField(blank=True, max_length=10)),
                ('counts', models.JSONField()),
                ('day', models.DateField()),
                ('unsettled', models.PositiveIntegerField(default=0)),
            ],
            options={
                'permissions': [('see_figures', 'Can see the figures')],
                'default_permissions': (),
                'indexes': [models.Index(fields=['person', 'version', 'day'], name='day_figures_page'), models.Index(condition=models.Q(('unsettled__gt', 0)), fields=['day'], name='day_figures_unsettled')],
                'constraints': [models.UniqueConstraint(fields=('day', 'about', 'version', 'person', 'channel'), name='day_figures')],
            },
        ),
        migrations.CreateModel(
            name='MonthFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('cases', 'Cases'), ('texts', 'Texts'), ('approvals', 'Approvals')], max_length=10)),
                ('version', models.BigIntegerField(default=0)),
                ('person', models.BigIntegerField(default=0)),
                ('channel', models.CharField(blank=True, max_length=10)),
                ('counts', models.JSONField()),
                ('month', models.DateField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('person', 'version', 'month', 'about', 'channel'), name='month_figures')],
            },
        ),
        migrations.CreateModel(
            name='StaleDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('about', models.CharField(choices=[('cases', 'Cases'), ('texts', 'Texts'), ('approvals', 'Approvals')], max_length=10)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Playbook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('topic', models.CharField(max_length=40, verbose_name='topic')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'playbook',
                'verbose_name_plural': 'playbooks',
            },
        ),
        migrations.CreateModel(
            name='PlaybookVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('playbook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='cases.playbook', verbose_name='playbook')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retired', 'retired')], default='draft', editable=False, max_length=50, verbose_name='state')),
                ('start', models.SlugField(max_length=60, verbose_name='first step')),
                ('fingerprint', models.CharField(blank=True, editable=False, max_length=64)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published at')),
            ],
            options={
                'verbose_name': 'playbook version',
                'verbose_name_plural': 'playbook versions',
                'permissions': [('edit_playbook', 'Can edit and publish playbooks')],
                'constraints': [models.UniqueConstraint(fields=('playbook', 'number'), name='playbook_version_number'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('playbook',), name='one_published_version')],
            },
        ),
        migrations.CreateModel(
            name='PlaybookVersionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('playbook_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='cases.playbookversion')),
            ],
            options={
                'verbose_name': 'version change',
                'verbose_name_plural': 'version changes',
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='cases.playbookversion', verbose_name='version')),
                ('key', models.SlugField(max_length=60, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('rule', models.CharField(blank=True, max_length=30, verbose_name='rule')),
                ('kind', models.CharField(choices=[('say', 'say'), ('ask', 'ask'), ('compare', 'compare'), ('check', 'check'), ('do', 'do')], max_length=10, verbose_name='kind')),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('script', models.TextField(blank=True, verbose_name='script')),
                ('hint', models.CharField(blank=True, max_length=300, verbose_name='hint')),
                ('record', models.SlugField(blank=True, max_length=30, verbose_name='record as')),
                ('item', models.CharField(blank=True, max_length=20, verbose_name='item')),
                ('fact', models.CharField(blank=True, max_length=40, verbose_name='fact')),
                ('action', models.CharField(blank=True, max_length=40, verbose_name='action')),
                ('argument', models.CharField(blank=True, max_length=40, verbose_name='argument')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='step_key_in_version')],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='cases.step', verbose_name='step')),
                ('value', models.SlugField(max_length=30, verbose_name='value')),
                ('label', models.CharField(blank=True, max_length=60, verbose_name='label')),
                ('next_key', models.SlugField(max_length=60, verbose_name='next step')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
            ],
            options={
                'verbose_name': 'choice',
                'verbose_name_plural': 'choices',
                'constraints': [models.UniqueConstraint(fields=('step', 'value'), name='choice_value_in_step')],
            },
        ),
        migrations.CreateModel(
            name='ConsultationType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='cases.consultationtype', verbose_name='parent')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('path', models.CharField(editable=False, max_length=200, unique=True, verbose_name='path')),
                ('is_leaf', models.BooleanField(default=True, verbose_name='can be chosen')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'consultation type',
                'verbose_name_plural': 'consultation types',
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('number', models.CharField(editable=False, max_length=15, unique=True, verbose_name='number')),
                ('state', models.CharField(choices=[('new', 'new'), ('diagnosing', 'diagnosing'), ('info_corrected', 'info corrected'), ('escalated', 'escalated'), ('closed', 'closed')], default='new', editable=False, max_length=50, verbose_name='state')),
                ('driver', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='drivers.driver', verbose_name='driver')),
                ('channel', models.CharField(choices=[('phone', 'telephone'), ('mail', 'mail')], default='phone', max_length=10, verbose_name='channel')),
                ('presented_phone', phonenumber_field.modelfields.PhoneNumberField(blank=True, help_text='The number the call came from, or that the mail names. Empty if withheld.', max_length=128, region=None, verbose_name='presented number')),
                ('consultation_type', models.ForeignKey(limit_choices_to={'is_leaf': True}, on_delete=django.db.models.deletion.PROTECT, to='cases.consultationtype', verbose_name='consultation type')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('resolution', models.CharField(blank=True, choices=[('guided', 'self-check guided'), ('wait_unlock', 'waits for the unlock'), ('corrected', 'corrected'), ('code_read_out', 'code read out'), ('answered', 'answered by the department'), ('refused_identity', 'refused: risk of theft'), ('no_response', 'no response'), ('duplicate', 'duplicate')], editable=False, max_length=20, verbose_name='resolution')),
                ('department_answer', models.TextField(blank=True, editable=False, verbose_name="department's answer")),
                ('follow_up_at', models.DateTimeField(blank=True, null=True, verbose_name='call back at')),
                ('follow_up_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for the call-back')),
                ('called_back_at', models.DateTimeField(editable=False, null=True, verbose_name='called back at')),
                ('identity_lifted_at', models.DateTimeField(editable=False, null=True)),
                ('previous_case', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next_cases', to='cases.case', verbose_name='previous case')),
                ('recontact_no', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='re-contact')),
                ('follows_correction', models.BooleanField(default=False, editable=False, verbose_name='after a correction')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed at')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
            ],
            options={
                'verbose_name': 'support case',
                'verbose_name_plural': 'support cases',
                'permissions': [('work_case', 'Can work on cases'), ('lead_case', 'Can return and close escalated cases')],
                'indexes': [models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['owner', '-id'], name='case_open_by_owner'), models.Index(condition=models.Q(('follow_up_at__isnull', False), models.Q(('state', 'closed'), _negated=True)), fields=['follow_up_at'], name='case_open_by_call_back'), models.Index(fields=['driver', '-id'], name='case_of_driver'), models.Index(fields=['presented_phone'], name='case_presented_phone'), models.Index(condition=models.Q(('resolution', ''), _negated=True), fields=['resolution', '-id'], name='case_list_by_resolution'), models.Index(fields=['created_at'], name='case_list_by_day'), models.Index(condition=models.Q(('erased_at', None), ('state', 'closed')), fields=['closed_at'], name='case_to_erase')],
            },
        ),
        migrations.CreateModel(
            name='CaseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='cases.case')),
            ],
            options={
                'verbose_name': 'case change',
                'verbose_name_plural': 'case changes',
            },
        ),
        migrations.CreateModel(
            name='IdentityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identity_checks', to='cases.case', verbose_name='support case')),
                ('driver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='drivers.driver', verbose_name='driver')),
                ('number_matches', models.BooleanField(verbose_name="presented number is the driver's")),
                ('call_back_answered', models.BooleanField(verbose_name='call-back answered')),
                ('items', models.JSONField(verbose_name='compared items')),
                ('missed', models.PositiveSmallIntegerField(default=0)),
                ('is_verified', models.BooleanField(verbose_name='verified')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
            ],
            options={
                'verbose_name': 'identity check',
                'verbose_name_plural': 'identity checks',
            },
        ),
        migrations.CreateModel(
            name='CaseNumber',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'user'), name='one_presence_each')],
            },
        ),
        migrations.CreateModel(
            name='Walk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='walks', to='cases.case', verbose_name='support case')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='cases.playbookversion', verbose_name='version')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.step')),
                ('turns', models.PositiveIntegerField(default=0, editable=False)),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='started at')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'walk',
                'verbose_name_plural': 'walks',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case',), name='one_open_walk')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('walk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='cases.walk', verbose_name='walk')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.case', verbose_name='support case')),
                ('step', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.step', verbose_name='step')),
                ('value', models.SlugField(db_index=False, max_length=30, verbose_name='value')),
                ('slip', models.CharField(blank=True, max_length=20, verbose_name='slip')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('taken_back_at', models.DateTimeField(null=True, verbose_name='taken back at')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'indexes': [models.Index(fields=['case', '-id'], name='answer_of_case'), models.Index(fields=['step', 'value', 'at'], name='answer_given')],
            },
        ),
        migrations.CreateModel(
            name='AgitPost',
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
                ('resend_of', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resent_as', to='cases.agitpost', verbose_name='sent again for')),
                ('ask_at', models.DateTimeField(editable=False, null=True)),
                ('asked', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='asked for')),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, verbose_name='not before')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='queued at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='on the wire since')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted at')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled at')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agit_posts', to='cases.case', verbose_name='support case')),
                ('parent', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='cases.agitpost', verbose_name='comment under')),
                ('text', models.TextField(verbose_name='text')),
            ],
            options={
                'verbose_name': 'Agit post',
                'verbose_name_plural': 'Agit posts',
                'permissions': [('settle_agitpost', 'Can settle a post in doubt')],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['not_before', 'id'], name='agitpost_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='agitpost_sending'), models.Index(fields=['provider_id'], name='agitpost_provider_id'), models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['ask_at'], name='agitpost_to_ask'), models.Index(condition=models.Q(('erased_at', None), ('state__in', ('unknown', 'failed', 'undelivered'))), fields=['-id'], name='agitpost_for_a_person')],
                'constraints': [models.UniqueConstraint(fields=('intent',), name='agitpost_intent')],
            },
        ),
        migrations.CreateModel(
            name='AgitPostChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('agit_post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='cases.agitpost')),
            ],
            options={
                'verbose_name': 'step of a post',
                'verbose_name_plural': 'steps of a post',
            },
        ),
    ]
