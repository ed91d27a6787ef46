"""Where one outcome of a fact ends and the next begins."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from backoffice.sms.models import Message
from cases.models import ConsultationType

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ALSO = {
    # A1: the tenth; A3: since the last success or unlock; A2: a lock is over by itself.
    "mismatches_left none rule_1_5 more than ten": lambda s: s.mismatches(11),
    "mismatches_left some rule_1_5 a3 match between": lambda s: s.events(
        *["code.mismatch"] * 9, "code.match", *["code.mismatch"] * 9
    ),
    "mismatches_left some rule_1_5 a3 log-in between": lambda s: s.events(
        *["code.mismatch"] * 9, "login.succeeded", *["code.mismatch"] * 9
    ),
    "mismatches_left none rule_1_5 a3 ten since the match": lambda s: s.events(
        "code.match", *["code.mismatch"] * 10
    ),
    "mismatches_left none rule_1_5 other events between": lambda s: s.events(
        *["code.mismatch", "code.sent", "login.failed"] * 10
    ),
    "mismatches_left some rule_1_7 a3 the lock is over": lambda s: (
        s.mismatches(10, ago=2 * DAY) or s.lock(timezone.now() - DAY) or s.mismatches(9)
    ),
    "mismatches_left none rule_1_7 a3 ten since the lock": lambda s: (
        s.mismatches(5, ago=2 * DAY) or s.lock(timezone.now() - DAY) or s.mismatches(10)
    ),
    "mismatches_left none rule_1_7 a3 the lock still holds": lambda s: (
        s.mismatches(10) or s.lock(timezone.now() + DAY)
    ),
    "mismatches_left some rule_1_5 another driver's": lambda s: s.mismatches(
        10, driver=s.make_case().driver
    ),
    "mismatches_left some rule_1_5 no driver": lambda s: s.mismatches(10) or s.set(driver=None),
    "locked yes rule_1_7 without an end": lambda s: s.lock(None),
    "locked no rule_1_7 never": lambda s: None,
    "locked no rule_1_7 no driver": lambda s: s.lock(None) or s.set(driver=None),
    "presented_number differs rule_e3 no driver": lambda s: s.set(driver=None),
    "recontact first rule_1_9 another type": lambda s: setattr(
        s,
        "case",
        s.make_case(
            driver=s.driver, consultation_type=ConsultationType.objects.filter(is_leaf=True).last()
        ),
    ),
    "identity not_verified rule_4_1 expired": lambda s: (
        s.identify() and s.case.identity_checks.update(expires_at=timezone.now())
    ),
    "identity not_verified rule_4_1 a later one failed": lambda s: (
        s.identify() and s.identify(name="고길동")
    ),
    "identity not_verified rule_4_1 nobody asked": lambda s: None,
    "identity not_verified rule_4_1 another driver now": lambda s: (
        s.identify() and s.set(driver=s.make_case().driver)
    ),
    "identity_called_back not_verified rule_4_6 expired": lambda s: (
        s.identify() and s.case.identity_checks.update(expires_at=timezone.now())
    ),
    "identity_called_back not_verified rule_4_6 a later one without a call-back": lambda s: (
        s.identify() and s.identify(call_back_answered=False)
    ),
    "identity_called_back not_verified rule_4_6 nobody asked": lambda s: None,
    "identity_called_back not_verified rule_4_6 another driver now": lambda s: (
        s.identify() and s.set(driver=s.make_case().driver)
    ),
    "correction none a22 a lead has not decided": lambda s: s.correct(days=366),
    "correction_approval none a22 of another kind": lambda s: s.reads_out("pending"),
    "correction_approval ended a22 void": lambda s: s.asks("sensitive_correction", "void"),
    "correction_approval pending a22 the latest counts": lambda s: (
        s.asks("sensitive_correction", "rejected") and s.asks("sensitive_correction")
    ),
    "correction_approval approved a22 however long ago": lambda s: s.asks(
        "sensitive_correction", "approved", decided=DAY
    ),
    "read_out none rule_1_10 of another kind": lambda s: s.asks("sensitive_correction"),
    "read_out ended rule_1_12 void": lambda s: s.reads_out("void"),
    "read_out approved rule_1_12 just in time": lambda s: s.reads_out(
        "approved", decided=2.9 * MINUTE
    ),
    "read_out ended rule_1_12 too late to read": lambda s: s.reads_out(
        "approved", decided=3.1 * MINUTE
    ),
    "read_out read rule_1_12 however long ago": lambda s: s.reads_out(
        "approved", decided=DAY, used_at=timezone.now() - DAY
    ),
    "read_out pending rule_1_12 the latest counts": lambda s: s.reads_out("rejected", "pending"),
    "read_out rejected rule_1_15 the latest counts": lambda s: s.reads_out("expired", "rejected"),
    "correction none rule_4_2 cancelled": lambda s: (
        s.correct() or s.case.corrections.update(state="cancelled")
    ),
    "correction none rule_4_2 of the phone": lambda s: (
        s.correct() or s.case.corrections.update(field="phone")
    ),
    "notice on_its_way rule_4_4 queued": lambda s: s.texts("queued"),
    "notice on_its_way rule_4_4 sending": lambda s: s.texts("sending"),
    "notice not_delivered rule_4_5 failed": lambda s: s.texts("failed"),
    "notice not_delivered rule_4_5 unknown": lambda s: s.texts("unknown"),
    "notice on_its_way rule_4_4 one of two": lambda s: s.texts("delivered", "queued"),
    "notice not_delivered rule_4_5 one of two": lambda s: s.texts("delivered", "undelivered"),
    "notice delivered rule_4_4 both": lambda s: s.texts("delivered", "delivered"),
    "notice delivered rule_4_5 sent again": lambda s: (
        s.texts("undelivered", "delivered")
        or Message.objects.filter(intent="1").update(resend_of=s.case.messages.first())
    ),
}


@pytest.mark.parametrize("name", ALSO)
def test_fact_also(name, scene):
    fact, outcome, *_why = name.split()

    ALSO[name](scene)

    assert scene.read(fact) == outcome


ASKED = {
    "usim": ("q2", "usim", "same", "differs"),
    "reinstalled": ("q3", "reinstalled", "yes", "no"),
    "changed": ("q3", "questions", "phone", "none"),
    "phone_compared": ("q3", "phone-compared", "match", "mismatch"),
    "birthdate_compared": ("q4", "birthdate-compared", "match", "mismatch"),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_latest_answer_that_was_not_taken_back_counts(name, scene):
    key, step, first, second = ASKED[name]

    scene.answered(key, step, first, taken_back_at=timezone.now())
    assert scene.read(name).startswith("not_")
    scene.answered(key, step, second)
    scene.answered(key, step, first, taken_back_at=timezone.now())
    assert scene.read(name) == second
    scene.answered(key, step, first)
    assert scene.read(name) == first


def test_an_answer_counts_in_its_own_case_only(scene, make_case):
    scene.answered("q3", "reinstalled", "yes")
    scene.case = make_case("start", driver=scene.driver)

    assert scene.read("reinstalled") == "not_asked"


@pytest.mark.parametrize("kind", ["code_read_out", "sensitive_correction"])
def test_a_request_counts_in_its_own_case_only(scene, make_case, kind):
    scene.asks(kind)
    scene.case = make_case("start", driver=scene.driver)

    assert [scene.read(name) for name in ("read_out", "correction_approval")] == ["none"] * 2


def test_ten_is_a_number_of_the_settings(scene, settings):
    settings.MISMATCHES_TO_LOCK = 3
    scene.mismatches(3)

    assert scene.read("mismatches_left") == "none"


def test_the_manual_says_ten():
    assert settings.MISMATCHES_TO_LOCK == 10
