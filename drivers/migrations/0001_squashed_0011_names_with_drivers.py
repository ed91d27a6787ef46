import django.db.models.deletion
import django.utils.timezone
import drivers.birthdates
import drivers.models.rights
import drivers.phones
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('drivers', '0001_initial'),
        ('drivers', '0002_initial'),
        ('drivers', '0003_verificationevent'),
        ('drivers', '0004_second_person'),
        ('drivers', '0005_leases'),
        ('drivers', '0006_retention'),
        ('drivers', '0007_withdrawn_at'),
        ('drivers', '0008_rights'),
        ('drivers', '0009_reveal'),
        ('drivers', '0010_lists'),
        ('drivers', '0011_names_with_drivers'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Driver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('phone', phonenumber_field.modelfields.PhoneNumberField(error_messages={'unique': 'Another driver already has this number.'}, max_length=128, null=True, region=None, unique=True, validators=[drivers.phones.validate_mobile], verbose_name='phone')),
                ('birthdate', models.DateField(null=True, validators=[drivers.birthdates.validate_birthdate], verbose_name='birthdate')),
                ('service_type', models.CharField(choices=[('일반', '일반'), ('블루파트너스', '블루파트너스'), ('모범', '모범'), ('벤티', '벤티'), ('블랙', '블랙'), ('펫', '펫'), ('업무', '업무')], max_length=20, verbose_name='service type')),
                ('affiliation', models.CharField(choices=[('company', 'company'), ('owner', 'owner-driver')], default='company', max_length=20, verbose_name='affiliation')),
                ('company', models.CharField(blank=True, max_length=60, verbose_name='company')),
                ('vehicle_no', models.CharField(blank=True, max_length=20, verbose_name='vehicle number')),
                ('state', models.CharField(choices=[('active', 'active'), ('suspended', 'suspended'), ('withdrawn', 'withdrawn')], default='active', editable=False, max_length=50, verbose_name='account')),
                ('verification_state', models.CharField(choices=[('open', 'open'), ('locked', 'locked')], default='open', editable=False, max_length=20, verbose_name='verification')),
                ('locked_until', models.DateTimeField(editable=False, null=True, verbose_name='locked until')),
                ('code_read_at', models.DateTimeField(editable=False, null=True, verbose_name='code read out at')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn at')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('name_key', models.CharField(editable=False, max_length=40)),
                ('phone_last4', models.CharField(editable=False, max_length=4)),
                ('vehicle_key', models.CharField(blank=True, editable=False, max_length=20)),
                ('vehicle_last4', models.CharField(blank=True, editable=False, max_length=4)),
            ],
            options={
                'verbose_name': 'driver',
                'verbose_name_plural': 'drivers',
                'permissions': [('correct_birthdate', 'Can correct a birthdate'), ('correct_phone', 'Can correct a phone number'), ('undo_correction', "Can undo somebody else's correction"), ('manage_driver', 'Can suspend, reinstate and withdraw a driver'), ('reveal_driver', 'Can see one masked field of a driver for a reason'), ('browse_driver', 'Can list drivers without a search')],
                'indexes': [models.Index(fields=['phone_last4'], name='driver_phone_last4'), models.Index(fields=['vehicle_last4'], name='driver_vehicle_last4'), models.Index(condition=models.Q(('state', 'active'), _negated=True), fields=['state', '-id'], name='driver_list_by_state'), models.Index(fields=['service_type', '-id'], name='driver_list_by_service'), models.Index(condition=models.Q(('verification_state', 'locked')), fields=['locked_until'], name='driver_locked'), models.Index(condition=models.Q(('erased_at', None), ('state', 'withdrawn')), fields=['id'], name='driver_to_erase')],
            },
        ),
        migrations.CreateModel(
            name='DriverChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='drivers.driver')),
            ],
            options={
                'verbose_name': 'account change',
                'verbose_name_plural': 'account changes',
            },
        ),
        migrations.CreateModel(
            name='DriverName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='drivers.driver')),
                ('tail', models.CharField(max_length=40)),
                ('initials', models.CharField(max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['tail', 'driver'], name='name_tail', opclasses=['varchar_pattern_ops', 'int8_ops']), models.Index(fields=['initials', 'driver'], name='name_initials', opclasses=['varchar_pattern_ops', 'int8_ops'])],
            },
        ),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('driver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rights_requests', to='drivers.driver', verbose_name='driver')),
                ('kind', models.CharField(choices=[('access', 'access'), ('correction', 'correction or deletion'), ('stop', 'stop of the processing')], max_length=20, verbose_name='kind')),
                ('requester', models.CharField(choices=[('driver', 'the driver himself'), ('proxy', 'a proxy')], default='driver', max_length=10, verbose_name='requester')),
                ('note', models.TextField(blank=True, verbose_name='what exactly')),
                ('state', models.CharField(choices=[('received', 'received'), ('answered', 'answered'), ('refused', 'refused')], default='received', editable=False, max_length=50, verbose_name='state')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='received by')),
                ('received_on', models.DateField(default=django.utils.timezone.localdate, validators=[drivers.models.rights.not_in_the_future], verbose_name='received on')),
                ('due_on', models.DateField(editable=False, verbose_name='to be answered by')),
                ('checked_as', models.CharField(blank=True, choices=[('call_back', 'call-back to the number on record'), ('papers', 'identity card shown at the centre')], max_length=10, verbose_name='checked by')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='checked at')),
                ('has_mandate', models.BooleanField(default=False, verbose_name='letter of attorney seen')),
                ('copies', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='copies printed')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered at')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer given')),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased at')),
            ],
            options={
                'verbose_name': 'rights request',
                'verbose_name_plural': 'rights requests',
                'permissions': [('answer_rights', 'Can answer and refuse rights requests')],
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['due_on'], name='rights_open')],
            },
        ),
        migrations.CreateModel(
            name='RightsRequestChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transition', models.CharField(max_length=40, verbose_name='move')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('target', models.CharField(max_length=20, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('rights_request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='drivers.rightsrequest')),
            ],
            options={
                'verbose_name': 'step of a rights request',
                'verbose_name_plural': 'steps of a rights request',
            },
        ),
        migrations.CreateModel(
            name='VerificationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=100, unique=True, verbose_name='event id')),
                ('kind', models.CharField(choices=[('code.sent', 'code sent'), ('code.mismatch', 'code did not match'), ('code.match', 'code matched'), ('login.succeeded', 'logged in'), ('login.failed', 'log-in failed')], max_length=20, verbose_name='kind')),
                ('phone', phonenumber_field.modelfields.PhoneNumberField(max_length=128, region=None, verbose_name='phone')),
                ('driver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='drivers.driver', verbose_name='driver')),
                ('occurred_at', models.DateTimeField(verbose_name='occurred at')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received at')),
            ],
            options={
                'verbose_name': 'verification event',
                'verbose_name_plural': 'verification events',
                'indexes': [models.Index(fields=['driver', '-occurred_at'], name='events_of_driver'), models.Index(condition=models.Q(('driver', None)), fields=['phone'], name='events_of_nobody')],
            },
        ),
    ]
