"""
How long a run of retention takes, and for how long it holds rows.

    createdb retention_bench
    DATABASE_URL=postgresql://…/retention_bench python -m tests.bench.retention 100000

Fills the database with that many closed cases, each with a driver who withdrew, a text,
a correction, an approval, answers and history, all too old; then works the rules off.
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from backoffice.retention import running  # noqa: E402
from backoffice.retention.rules import Rule  # noqa: E402
from backoffice.staff.models import User  # noqa: E402
from cases.models import Playbook  # noqa: E402

LONG_AGO = "now() - interval '4 years'"
FILL = [
    """insert into drivers_driver (version, name, phone, birthdate, service_type, affiliation,
        company, vehicle_no, state, verification_state, created_at, updated_at, withdrawn_at,
        name_key, phone_last4, vehicle_key, vehicle_last4)
    select 0, '홍길동', '+8210' || lpad(n::text, 8, '0'), '1980-05-03', '일반', 'company',
        '한빛운수', '서울12바3456', 'withdrawn', 'open', {ago}, {ago}, {ago}, '홍길동', '3456', '',
        '3456'
    from generate_series(1, {rows}) n""",
    """insert into drivers_drivername (driver_id, tail, initials)
    select id, tail, 'ㅎ' from drivers_driver, unnest(array['홍길동', '길동', '동']) tail""",
    """insert into drivers_driverchange (driver_id, transition, source, target, by_id, at, note)
    select id, 'withdraw', 'active', 'withdrawn', {user}, {ago}, '탈퇴' from drivers_driver""",
    """insert into drivers_verificationevent (event_id, kind, phone, driver_id, occurred_at,
        received_at)
    select id || '-' || n, 'code.mismatch', phone, id, {ago}, {ago}
    from drivers_driver, generate_series(1, 3) n""",
    """insert into cases_case (version, number, state, driver_id, channel, presented_phone,
        consultation_type_id, note, resolution, department_answer, follow_up_reason,
        recontact_no, created_by_id, created_at, closed_at)
    select 0, 'B-' || id, 'closed', id, 'phone', phone,
        (select min(id) from cases_consultationtype where is_leaf), '메모', 'guided', '', '',
        0, {user}, {ago}, {ago} from drivers_driver""",
    """insert into cases_casechange (case_id, transition, source, target, by_id, at, note)
    select id, 'close', 'diagnosing', 'closed', {user}, {ago}, '종결'
    from cases_case, generate_series(1, 3)""",
    """insert into cases_walk (case_id, version_id, step_id, turns, started_at, ended_at)
    select id, {version}, {step}, 1, {ago}, {ago} from cases_case""",
    """insert into cases_answer (walk_id, case_id, step_id, value, slip, by_id, at)
    select id, case_id, {step}, 'mismatch', 'digit', {user}, {ago}
    from cases_walk, generate_series(1, 5)""",
    """insert into cases_identitycheck (case_id, driver_id, number_matches, call_back_answered,
        items, missed, is_verified, by_id, at, expires_at)
    select id, driver_id, true, true, '{{"name": true}}', 0, true, {user}, {ago}, {ago}
    from cases_case""",
    """insert into drivers_correction (version, driver_id, case_id, field, old_value, new_value,
        reason, state, requested_by_id, requested_at, applied_at)
    select 0, driver_id, id, 'birthdate', '1980-05-03', '1980-05-09', '통화', 'applied', {user},
        {ago}, {ago} from cases_case""",
    """insert into drivers_correctionchange (correction_id, transition, source, target, by_id, at,
        note)
    select id, 'apply', 'requested', 'applied', {user}, {ago}, '' from drivers_correction""",
    """insert into cases_approval (version, case_id, driver_id, kind, reason, state,
        requested_by_id, requested_at, expires_at, facts, decided_at, decision)
    select 0, id, driver_id, 'escalation', '이관', 'approved', {user}, {ago}, {ago},
        '{{"usim": "same"}}', {ago}, '확인' from cases_case""",
    """insert into sms_message (reference, intent, state, reason, detail, attempts, gateway,
        provider_id, answer, asked, not_before, queued_at, driver_id, case_id, template_id,
        template_version, "to", kind, subject, body, bytes)
    select gen_random_uuid(), 'bench:' || id, 'delivered', '', '', 1, 'memory', 'm' || id,
        '{{"to": "01000000000"}}', 0, {ago}, {ago}, driver_id, id,
        (select min(id) from sms_template), 0, '01000000000', 'LMS', '제목', repeat('본문', 100),
        400 from cases_case""",
    """insert into sms_messagechange (message_id, transition, source, target, at, note)
    select id, 'accepted', 'sending', 'accepted', {ago}, ''
    from sms_message, generate_series(1, 3)""",
]


def fill(rows):
    user = User.objects.create_user("bench")
    version = Playbook.objects.get(key="q1").published
    names = {"user": user.pk, "version": version.pk, "step": version.steps.first().pk}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(rows=rows, ago=LONG_AGO, **names))
        cursor.execute("analyze")


def main(rows):
    call_command("migrate", verbosity=0)
    fill(rows)
    take, times = Rule.take, {}

    def timed(rule, *args, **kwargs):
        start = time.monotonic()
        try:
            return take(rule, *args, **kwargs)
        finally:
            times.setdefault(rule.name, []).append(time.monotonic() - start)

    Rule.take = timed
    start = time.monotonic()
    call_command("retention", "--dry-run")
    print(f"dry run {time.monotonic() - start:.1f} s")
    counts = running.run().counts()
    print(f"{'rule':<16} {'rows':>8} {'seconds':>8} {'rows/s':>8} {'longest batch':>14}")
    for name, spent in times.items():
        count, total = counts.get(name, 0), sum(spent)
        print(
            f"{name:<16} {count:>8} {total:>8.1f} {count / total:>8.0f}"
            f" {max(spent) * 1000:>11.0f} ms"
        )
    start = time.monotonic()
    running.run()
    print(f"a second run, which finds nothing: {time.monotonic() - start:.1f} s")


main(int(sys.argv[1]))
