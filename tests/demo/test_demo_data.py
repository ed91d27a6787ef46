"""The million for measuring: written past the models, and yet what they would have written."""

import random
from datetime import timedelta
from math import gcd

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from backoffice.audit import verifying
from backoffice.audit.models import AccessRecord
from backoffice.demo.mass import drivers as people
from backoffice.demo.mass import run
from backoffice.demo.mass.calendar import Calendar
from backoffice.demo.mass.tables import Table
from backoffice.sms.models import Message
from backoffice.staff.models import User
from cases.approvals import changed_facts
from cases.models import Answer, Approval, Case, CaseChange, CaseNumber, DayFigures, Walk
from cases.playbooks.actions import ENDS
from cases.services import link_to_earlier, open_case
from drivers.models import Correction, Driver, DriverName, VerificationEvent
from drivers.models.verification import standing

pytestmark = pytest.mark.long

DRIVERS, CASES = 300, 900
KEPT_BY_SAVE = ("name_key", "phone_last4", "vehicle_key", "vehicle_last4")
MODELS = [
    *(Driver, DriverName, VerificationEvent, Case, CaseChange, Walk, Answer),
    *(Correction, Message, Approval),
]


def nobody_looks(*progress):
    pass


def make(**options):
    run.make(
        **({"seed": 7, "drivers": DRIVERS, "cases": CASES, "progress": nobody_looks} | options)
    )


@pytest.fixture
def in_batches(db, monkeypatch):
    """Several of each; the figures of a thousand days, which take longer, are left out."""
    monkeypatch.setattr(run, "BATCH", 200)
    monkeypatch.setattr(run.keeping, "recount", lambda progress: None)


@pytest.fixture
def made(in_batches):
    make()


@pytest.fixture
def made_and_counted(db):
    make()


def rows_of(model):
    """Return all rows; the keys of lines are left out, as PostgreSQL never gives one twice."""
    has_given_keys = model in {Driver, Case, Walk, Correction, Message, Approval}
    names = [each.attname for each in model._meta.concrete_fields]
    names = [name for name in names if has_given_keys or name != "id"]
    return list(model.objects.order_by("pk").values(*names))


def undone(**options):
    """Make, return all rows, and take everything back."""
    with transaction.atomic():
        make(**options)
        rows = {model: rows_of(model) for model in MODELS}
        transaction.set_rollback(True)
    return rows


def test_drivers_have_what_their_save_derives(made):
    for driver in Driver.objects.order_by("?")[:40]:
        kept = {name: getattr(driver, name) for name in KEPT_BY_SAVE}
        names = sorted(driver.names.values_list("tail", "initials"))
        driver.full_clean(exclude=["state"])
        driver.names.all().delete()
        Driver.objects.filter(pk=driver.pk).update(**dict.fromkeys(KEPT_BY_SAVE, ""))

        driver.save()

        assert {name: getattr(driver, name) for name in KEPT_BY_SAVE} == kept
        assert sorted(driver.names.values_list("tail", "initials")) == names


def test_every_number_is_one_of_nobody():
    assert gcd(people.STRIDE, people.NUMBERS) == 1  # so each place has its own
    for place in random.Random(1).sample(range(people.NUMBERS), 500):
        number = people.number_of(3, place)
        assert people.FIRST_NUMBER <= number <= people.LAST_NUMBER
        assert not number.startswith("+82100999")  # the demo's gateway has its own for them
        assert Driver._meta.get_field("phone").clean(number, None).is_valid()


def test_cases_are_linked_as_the_service_links_them(made):
    linked = 0
    for case in Case.objects.all():
        found = case.previous_case_id, case.recontact_no, case.follows_correction
        linked += case.recontact_no > 0
        link_to_earlier(case)
        assert (case.previous_case_id, case.recontact_no, case.follows_correction) == found
    assert linked > 5


def test_the_figures_are_counted(made_and_counted, capsys):
    call_command("figures", "--check")

    everybody = DayFigures.objects.filter(about="cases", person=0)
    assert sum(
        counts.get("state:closed", 0) for counts in everybody.values_list("counts", flat=True)
    ) == (Case.objects.filter(state="closed").count())


def test_a_million_cases_are_opened_one_after_the_other_up_to_now():
    epoch = timezone.now().replace(microsecond=0)
    calendar = Calendar(epoch, 1_000_000)
    times = [calendar.opened_at(place) for place in range(0, 1_000_000, 997)]
    times.append(calendar.opened_at(999_999))
    assert times == sorted(times)
    assert epoch - timedelta(minutes=2) < times[-1] <= epoch
    year = times[-1].astimezone(calendar.zone).year
    first = 999_999 - calendar.number_of(999_999, times[-1])[1] + 1
    assert calendar.opened_at(first).astimezone(calendar.zone).year == year
    assert calendar.opened_at(first - 1).astimezone(calendar.zone).year == year - 1


def test_the_cases_come_from_so_many_days_and_the_last_of_them_are_open(db):
    make(days=30)

    opened = Case.objects.order_by("created_at").values_list("created_at", flat=True)
    assert timedelta(days=29) < opened.last() - opened.first() < timedelta(days=31)
    is_open = Case.objects.exclude(state="closed").order_by("created_at")
    assert is_open.count() > 10
    assert is_open.first().created_at > timezone.now() - timedelta(days=11)


def test_texts_are_erased_as_the_nightly_run_does_it(made):
    texts = Message.objects.order_by("pk")
    old = texts.filter(queued_at__lt=timezone.now() - timedelta(days=181))
    assert old.count() > 10
    assert not old.filter(erased_at=None).exists()
    assert texts.exclude(pk__in=old).filter(erased_at=None).exists()
    assert not Message.objects.exclude(erased_at=None).exclude(to="").exists()


def test_versions_count_the_moves(made):
    moves = Case.objects.annotate(lines=Count("changes"))
    assert not moves.exclude(version=F("lines") - 1).exists()
    corrected = Driver.objects.filter(corrections__isnull=False, state="active")
    assert corrected.exists()
    assert set(corrected.values_list("version", flat=True)) == {1}


def test_histories_lead_to_the_present_state(made):
    for case in Case.objects.prefetch_related("changes"):
        lines = sorted(case.changes.all(), key=lambda line: line.pk)
        assert lines[0].transition == "open"
        assert lines[-1].target == case.state
        assert [line.source for line in lines[1:]] == [line.target for line in lines[:-1]]
        assert [line.at for line in lines] == sorted(line.at for line in lines)
        assert (case.closed_at is not None) == (case.state == Case.State.CLOSED)


def test_walks_go_from_step_to_step_to_where_the_case_stands(made):
    walks = Walk.objects.select_related("case", "version__playbook", "step")
    kinds = set()
    for walk in walks.prefetch_related("answers__step__choices"):
        key = walk.version.start
        for answer in sorted(walk.answers.all(), key=lambda each: each.pk):
            assert (answer.step.key, answer.case_id) == (key, walk.case_id)
            assert (answer.by_id is None) == (answer.step.kind == "check")
            ways = {each.value: each.next_key for each in answer.step.choices.all()}
            key = key if answer.value in ENDS else ways[answer.value]
        assert walk.step.key == key
        assert walk.turns == walk.answers.count() + (walk.ended_at is None)
        is_open = walk.case.state in {"diagnosing", "info_corrected"}
        assert (walk.ended_at is None) == is_open
        if not is_open and walk.case.resolution not in {"", "answered", "corrected"}:
            assert walk.step.argument == walk.case.resolution
        kinds.add((walk.version.playbook.key, walk.case.state))
    assert {key for key, _state in kinds} == {"q1", "q2", "q3", "q4"}
    assert {state for _key, state in kinds} >= {"diagnosing", "info_corrected", "closed"}
    assert walks.count() > CASES / 2


def test_the_flow_of_calls_is_among_the_figures(made_and_counted):
    counted = DayFigures.objects.exclude(version=0).values_list("counts", flat=True)

    assert any(name.startswith("took:") for counts in counted for name in counts)


def test_all_states_are_there(made):
    assert set(Case.objects.values_list("state", flat=True)) == set(Case.State.values)
    assert set(Driver.objects.values_list("state", flat=True)) >= {"active", "suspended"}
    assert Message.objects.filter(state="delivered").exists()
    span = (
        Case.objects.latest("created_at").created_at
        - Case.objects.earliest("created_at").created_at
    )
    assert timedelta(days=1090) < span < timedelta(days=1096)


def test_the_last_correction_is_what_the_record_holds(made):
    for correction in Correction.objects.select_related("driver"):
        assert correction.new == correction.driver.birthdate
        assert correction.old.year == correction.new.year
        assert correction.old != correction.new


def test_texts_are_those_of_the_template(made):
    message = Message.objects.select_related("template", "driver").filter(erased_at=None).first()
    subject, body, size = message.template.render()
    assert (message.subject, message.body, message.bytes) == (subject, body, size.bytes)
    assert message.to == message.driver.phone_digits
    states = list(message.changes.order_by("pk").values_list("target", flat=True))
    assert states[-1] == message.state


def test_locks_are_what_the_events_say(made):
    monday = people.Drivers(7, timezone.now().replace(microsecond=0), None)
    until = monday._lock(1, people.number_of(7, 0), 0.5)
    kinds_and_times = [(row[1], row[4]) for row in monday.events.rows]
    assert standing(kinds_and_times).locked_until == until > timezone.now()


def test_numbers_go_on_after_the_last(made):
    years = Case.objects.order_by("pk").values_list("number", flat=True)
    for counter in CaseNumber.objects.all():
        ours = [int(each[7:]) for each in years if each.startswith(f"C-{counter.year}-")]
        assert ours == list(range(1, counter.last + 1))
    template = Case.objects.first()
    new = open_case(
        Case(driver=template.driver, consultation_type=template.consultation_type),
        by=template.created_by,
    )
    assert new.pk == CASES + 1


def test_pending_approvals_can_be_decided(made):
    pending = Approval.objects.pending()
    for approval in pending:
        assert approval.facts
        assert changed_facts(approval) == []
    assert all(each.case.state == Case.State.ESCALATED for each in pending)


def test_looks_are_sealed_and_the_chain_holds(made):
    assert AccessRecord.objects.exists()
    assert not AccessRecord.objects.unsealed().exists()
    _walk, broken = verifying.verify()
    assert broken is None


def test_the_same_seed_makes_the_same(in_batches):
    epoch = timezone.now()
    run.load_staff()
    first = undone(epoch=epoch)
    assert undone(epoch=epoch) == first
    assert undone(epoch=epoch, seed=8)[Driver] != first[Driver]


@pytest.mark.parametrize("stop", [("drivers", 200), ("cases", 400), ("cases", 800)])
def test_what_was_broken_off_goes_on(in_batches, stop):
    epoch = timezone.now()
    run.load_staff()
    whole = undone(epoch=epoch)

    def broken_off(what, done, count):
        if (what, done) == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(epoch=epoch, progress=broken_off)
    make(epoch=epoch + timedelta(hours=5))

    for model in MODELS:
        assert rows_of(model) == whole[model], model


def test_nothing_is_done_twice(made):
    make()
    assert (Driver.objects.count(), Case.objects.count()) == (DRIVERS, CASES)


def test_it_refuses_where_real_drivers_are(make_driver):
    make_driver(phone="+821023456789")
    with pytest.raises(CommandError, match="may be real"):
        call_command("demo_data", "--drivers=10", "--cases=10")
    assert Driver.objects.count() == 1
    assert not User.objects.exists()


def test_it_refuses_what_it_did_not_make(make_driver):
    make_driver()  # one of the demo's
    with pytest.raises(CommandError, match="not made by this command"):
        call_command("demo_data", "--drivers=10", "--cases=10")
    assert Driver.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"seed": 8}, "--seed 8"),
        ({"drivers": DRIVERS + 1}, f"--drivers {DRIVERS}"),
        ({"cases": CASES + 1}, "these --cases"),
        ({"days": 30}, "and --days"),
    ],
)
def test_it_refuses_other_numbers_than_it_began_with(made, options, why):
    with pytest.raises(run.Refused, match=why):
        make(**options)
    assert (Driver.objects.count(), Case.objects.count()) == (DRIVERS, CASES)


def test_the_command_says_how_far_it_is(db, capsys):
    call_command("demo_data", "--drivers=20", "--cases=20", "--seed=3")
    said = capsys.readouterr().out
    assert f"[{'#' * 30}] cases 20 of 20" in said
    assert "Done in" in said


def test_a_column_that_differs_in_each_row_has_to_be_named():
    with pytest.raises(TypeError, match="reference"):
        Table(Message, "intent")
