"""Acts that no published way leads to around an identity, a re-contact or rule 2.4."""

import pytest
from django.utils import translation

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Step
from cases.playbooks.drafting import new_draft
from tests.cases.playbooks.walking import ask, book, check, close, do, draft, say

DONE_OR_ASKED = {"done": "end", "asked": "end"}
ACTS = {  # and their ways on
    "correct_birthdate": DONE_OR_ASKED,
    "schedule_birthdate": DONE_OR_ASKED,
    "disclose_birthdate": {"done": "end"},
    "ask_read_out": {"asked": "end"},
}
IDENTITY = {"verified": "act", "not_verified": "end"}
AGAIN = {"again": "who", "first": "end"}
CHECKED = check("again", "recontact", AGAIN)
WHO = do("who", "identity_check", IDENTITY)

# How an act is reached around the identity.
AROUND_THE_IDENTITY = {
    "nobody asks": [CHECKED, say("who", "act")],
    "a failed check": [
        CHECKED,
        do("who", "identity_check", {"verified": "end", "not_verified": "act"}),
    ],
    "a fact that is not so": [
        CHECKED,
        check("who", "identity", {"verified": "end", "not_verified": "act"}),
    ],
    "beside the check": [
        check("again", "recontact", {"again": "ask", "first": "end"}),
        ask("ask", {"x": "who", "y": "act"}),
        WHO,
    ],
    "a person's word": [CHECKED, ask("who", IDENTITY, fact="identity")],
}
AROUND_THE_RECONTACT = {
    "nobody asks": [WHO],
    "at a first contact": [check("again", "recontact", {"again": "end", "first": "who"}), WHO],
    "beside the check": [
        check("again", "recontact", AGAIN | {"first": "ask"}),
        ask("ask", {"x": "who", "y": "end"}),
        WHO,
    ],
    "a person's word": [ask("again", AGAIN, fact="recontact"), WHO],
}


def refusal(*steps, by, key="hand-made"):
    version = draft(*steps, close(), key=key)
    with translation.override("en"), pytest.raises(TransitionRefused) as refused:
        perform(version, "publish", by=by)
    assert version.playbook.published != version
    return str(refused.value)


@pytest.mark.parametrize("action", ACTS)
@pytest.mark.parametrize("way", AROUND_THE_IDENTITY)
def test_rule_4_1_no_way_leads_around_the_identity(lead, action, way):
    act = do("act", action, ACTS[action])

    sentence = refusal(*AROUND_THE_IDENTITY[way], act, by=lead)

    assert "“Title of act” can be reached without a verified identity." in sentence


@pytest.mark.parametrize("way", AROUND_THE_RECONTACT)
def test_rule_1_9_no_way_leads_to_a_read_out_around_the_recontact(lead, way):
    act = do("act", "ask_read_out", ACTS["ask_read_out"])

    sentence = refusal(*AROUND_THE_RECONTACT[way], act, by=lead)

    assert "“Title of act” can be reached at a first contact (rule 1.9)." in sentence


@pytest.mark.parametrize("action", [each for each in ACTS if each != "ask_read_out"])
def test_rule_4_1_the_others_need_no_recontact(lead, action):
    act = do("act", action, ACTS[action])

    version = perform(draft(WHO, act, close()), "publish", by=lead)

    assert version.playbook.published == version


def test_rule_1_9_a_read_out_after_both_is_published(lead):
    act = do("act", "ask_read_out", ACTS["ask_read_out"])

    version = perform(draft(CHECKED, WHO, act, close()), "publish", by=lead)

    assert version.playbook.published == version


@pytest.mark.parametrize("action", ACTS)
def test_rule_2_4_the_second_question_leads_to_no_such_act(lead, action):
    before = book("q2").published

    act = do("act", action, ACTS[action])
    sentence = refusal(CHECKED, check("who", "identity", IDENTITY), act, by=lead, key="q2")

    assert "“Title of act”: this question never leads to that act (rule 2.4)." in sentence
    assert book("q2").published == before


@pytest.mark.parametrize(
    "step",
    [
        do("act", "identity_check", {"verified": "end", "not_verified": "end"}),
        do("act", "switch", playbook="q4"),
    ],
    ids=["identity_check", "switch"],
)
def test_rule_2_4_nor_to_what_leads_there(lead, step):
    before = book("q2").published

    sentence = refusal(ask("a", {"x": "act", "y": "end"}), step, by=lead, key="q2")

    assert "“Title of act”: this question never leads to that act (rule 2.4)." in sentence
    assert book("q2").published == before


UNRECORDED = {
    "not recorded": lambda step: Step.objects.filter(pk=step.pk).update(record=""),
    "recorded elsewhere": lambda step: Step.objects.filter(pk=step.pk).update(record="sim"),
    "another answer": lambda step: step.choices.filter(value__in=["differs", "device"]).update(
        value="other"
    ),
}


@pytest.mark.parametrize("way", UNRECORDED)
@pytest.mark.parametrize(("key", "record"), [("q2", "usim"), ("q3", "changed"), ("q4", "changed")])
def test_rule_2_4_g5_what_refuses_a_code_is_recorded_by_each_version(lead, key, record, way):
    version = new_draft(book(key).published, by=lead)
    UNRECORDED[way](version.steps.get(record=record))

    with translation.override("en"), pytest.raises(TransitionRefused) as refused:
        perform(version, "publish", by=lead)

    assert f"No step that is reached records “{record}”" in str(refused.value)
