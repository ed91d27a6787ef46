"""The fault drills: what is done, what must show, and the tests that say whether it does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drill:
    number: str
    done: str
    must_show: str
    tests: tuple[str, ...]  # files, or tests in them, below tests/


DRILLS = [
    Drill(
        "D1",
        "workers killed (-9) at random in a drain",
        "none lost, none taken twice; in doubt at most what was on the wire, each listed",
        ("drills/test_killed_at_random.py",),
    ),
    Drill(
        "D2",
        "killed before the claim, before the wire, on it, before recording",
        "delivered once, or in doubt until its report",
        ("processes/test_worker_killed.py",),
    ),
    Drill(
        "D3",
        "SIGTERM in a drain",
        "ends within 10 s, gives back what it holds, none in doubt",
        ("drills/test_deployment.py::test_a_worker_that_is_asked_to_end_leaves_nothing_in_doubt",),
    ),
    Drill(
        "D4",
        "the broker emptied with texts queued",
        "all leave within the sweep's period",
        ("processes/test_lost_wakeup.py",),
    ),
    Drill(
        "D5",
        "the broker away while agents save",
        "pages save and do not wait; all leave afterwards",
        (
            "processes/test_broker_down.py",
            "drills/test_broker_killed.py"
            "::test_texts_saved_while_redis_was_dead_leave_when_it_is_back",
        ),
    ),
    Drill(
        "D6",
        "PostgreSQL stopped hard in a drain and in saves",
        "a sentence, nothing half written; the drain goes on by itself",
        ("drills/test_database_restarted.py",),
    ),
    Drill(
        "D7",
        "the gateway busy or down",
        "waits grow, the hint is obeyed, then it leaves",
        (
            "drills/test_outage.py::test_it_is_tried_less_and_less_and_all_leave_once_it_is_back",
            "outbox/test_retry.py",
        ),
    ),
    Drill(
        "D8",
        "the gateway silent past the time limit",
        "in doubt, asked for, settled",
        (
            "drills/test_gateway_faults.py"
            "::test_each_faulty_text_ends_as_it_must_and_holds_up_nobody",
            "sms/gateways/test_provider_faults.py::test_silence_is_a_doubt",
        ),
    ),
    Drill(
        "D9",
        "the gateway takes it and drops the line",
        "in doubt, asked for, never sent again by itself",
        (
            "drills/test_gateway_faults.py"
            "::test_each_faulty_text_ends_as_it_must_and_holds_up_nobody",
            "outbox/test_dispatch.py::test_what_is_in_doubt_is_never_sent_again_by_itself",
        ),
    ),
    Drill(
        "D10",
        "nobody listens at the gateway's address",
        "waits, no try counted twice; a second gateway takes it once",
        (
            "drills/test_gateway_faults.py"
            "::test_where_nobody_listens_it_waits_and_a_second_gateway_takes_it_once",
        ),
    ),
    Drill(
        "D11",
        "200 with a failure inside, or with nonsense",
        "failed or in doubt, the answer kept; the drain goes on",
        (
            "drills/test_gateway_faults.py"
            "::test_each_faulty_text_ends_as_it_must_and_holds_up_nobody",
            "sms/test_wire_faults.py",
            "sms/gateways/test_provider_faults.py",
        ),
    ),
    Drill(
        "D12",
        "reports doubled, reversed, too early, of strangers, forged",
        "forward only; forged ones refused",
        ("sms/test_reports.py", "sms/test_forged_reports.py"),
    ),
    Drill(
        "D13",
        "the clock jumps an hour on, an hour back",
        "none taken twice, none stuck",
        ("drills/test_clock_jumps.py",),
    ),
    Drill(
        "D14",
        "many workers and two sweeps at once",
        "none taken twice",
        (
            "outbox/test_claim_race.py",
            "outbox/test_sweep.py::test_two_sweeps_at_once_say_it_once",
        ),
    ),
    Drill(
        "D15",
        "the disk full, the database read-only",
        "a sentence, nothing half written, goes on afterwards",
        ("drills/test_disk_full.py",),
    ),
    Drill(
        "D16",
        "many save one driver, close one case, click twice",
        "one effect, sentences for the rest",
        ("processes/test_races.py",),
    ),
    Drill(
        "D17",
        "poison at the head of the queue",
        "fails alone; the queue moves on",
        (
            "drills/test_gateway_faults.py"
            "::test_each_faulty_text_ends_as_it_must_and_holds_up_nobody",
            "sms/test_queueing.py::test_what_cannot_be_sent_is_refused_and_not_queued",
        ),
    ),
    Drill(
        "D18",
        "a backlog, then a fresh correction",
        "the fresh text leaves within seconds; memory flat",
        ("drills/test_backlog.py",),
    ),
    Drill(
        "D19",
        "worker and web of different versions",
        "no crash, no loss",
        (
            "drills/test_deployment.py"
            "::test_a_worker_that_starts_before_the_migration_goes_on_after_it",
            "drills/test_deployment.py::test_an_old_worker_lives_with_what_newer_code_writes",
        ),
    ),
    Drill(
        "D20",
        "web killed between commit and bell",
        "found by the sweep",
        (
            "processes/test_lost_wakeup.py",
            "outbox/test_sweep.py::test_the_sweep_delivers_what_nobody_rang_for",
        ),
    ),
    Drill(
        "D21",
        "a transaction rolled back",
        "nothing is sent",
        ("drills/test_rolled_back.py",),
    ),
    Drill(
        "D22",
        "the gateway down with a queue waiting, then back",
        "ever fewer tries; no stampede; all leave once",
        ("drills/test_outage.py::test_it_is_tried_less_and_less_and_all_leave_once_it_is_back",),
    ),
    Drill(
        "D23",
        "a dispatcher stopped past its lease wakes up",
        "records over nobody, sends nothing that is not its own",
        ("drills/test_paused_worker.py",),
    ),
    Drill(
        "D24",
        "Redis killed and back; a worker that hangs",
        "the watchdog ends it, the next one delivers",
        ("drills/test_broker_killed.py",),
    ),
]
