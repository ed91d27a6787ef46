"""Team leads word the playbooks as drafts; agents read them."""

import pytest

from backoffice.workflow.transitions import TransitionRefused, perform
from cases.models import Answer, Choice, Playbook, PlaybookVersion, Step, Walk
from cases.playbooks import words
from cases.playbooks.actions import ACTS
from cases.playbooks.drafting import new_draft
from cases.playbooks.facts import FACTS
from cases.playbooks.graph import draw
from tests.cases.playbooks.walking import reword, type_of

VERSIONS = "/admin/cases/playbookversion/"


@pytest.fixture
def version(db):
    return Playbook.objects.get(key="q3").published


@pytest.fixture
def draft(version, lead):
    return new_draft(version, by=lead)


def shape(version):
    return {
        step.key: {choice.value: choice.next_key for choice in step.choices.all()}
        for step in version.steps.prefetch_related("choices")
    }


def test_a_draft_is_a_copy_that_leaves_the_original_alone(version, lead, signed_in):
    before = shape(version)

    signed_in(lead).post(f"{VERSIONS}{version.pk}/draft/")

    draft = PlaybookVersion.objects.get(state="draft")
    assert (draft.number, draft.created_by, draft.fingerprint) == (2, lead, "")
    assert shape(draft) == before == shape(PlaybookVersion.objects.get(pk=version.pk))


def test_there_is_one_draft_at_a_time(version, draft, lead):
    with pytest.raises(TransitionRefused):
        new_draft(version, by=lead)


def test_an_agent_makes_no_draft(version, agent, signed_in):
    signed_in(agent).post(f"{VERSIONS}{version.pk}/draft/")

    assert not PlaybookVersion.objects.filter(state="draft").exists()


@pytest.mark.parametrize(("who", "kept"), [("lead", "새 제목"), ("agent", None)])
def test_a_lead_rewords_a_step_of_a_draft(who, kept, draft, signed_in, request):
    step = draft.steps.filter(kind="ask").first()

    reword(signed_in(request.getfixturevalue(who)), step, title="새 제목")

    assert Step.objects.get(pk=step.pk).title == (kept or step.title)


def test_a_published_step_is_not_reworded(version, lead, signed_in):
    step = version.steps.filter(kind="ask").first()

    response = reword(signed_in(lead), step, title="새 제목")

    assert response.status_code == 403
    assert Step.objects.get(pk=step.pk).title == step.title


def test_a_published_step_is_told_in_words(version, lead, signed_in):
    step = version.steps.get(fact="channel")

    page = signed_in(lead).get(f"/admin/cases/step/{step.pk}/change/").content.decode()

    assert "인입 경로 (channel)" in page
    told = page.partition('id="choices-group"')[2]
    for choice in step.choices.all():
        following = version.steps.get(key=choice.next_key)
        words = [choice.in_words, following.title, f"{choice.value} → {choice.next_key}"]
        assert [each for each in words if each not in told] == []


def test_a_draft_is_worded_by_its_keys(draft, lead, signed_in):
    step = draft.steps.get(fact="channel")

    page = signed_in(lead).get(f"/admin/cases/step/{step.pk}/change/").content.decode()

    assert 'name="fact"' in page
    assert 'name="choices-0-next_key"' in page


def test_every_fact_and_act_of_a_step_has_a_word():
    assert FACTS.keys() == words.FACTS.keys()
    assert ACTS.keys() == words.ACTS.keys()


def test_a_faulty_draft_is_not_published_and_says_where(draft, lead, signed_in):
    Choice.objects.filter(step__version=draft, step__kind="ask").update(next_key="nowhere")
    client = signed_in(lead)

    page = client.get(f"{VERSIONS}{draft.pk}/change/")
    client.post(f"{VERSIONS}{draft.pk}/move/publish/", {"version": draft.version})

    assert any("nowhere" in str(fault) for fault in page.context["faults"])
    assert PlaybookVersion.objects.get(pk=draft.pk).state == "draft"


def test_publishing_retires_the_one_before(version, draft, lead, signed_in):
    signed_in(lead).post(f"{VERSIONS}{draft.pk}/move/publish/", {"version": draft.version})

    assert PlaybookVersion.objects.get(pk=draft.pk).state == "published"
    assert PlaybookVersion.objects.get(pk=version.pk).state == "retired"


def test_the_picture_has_every_step_once_and_counts(version, make_case, agent):
    case, step = make_case("start"), version.steps.filter(kind="ask").first()
    walk = Walk.objects.create(case=case, version=version, step=step)
    taken = step.choices.first()
    Answer.objects.create(walk=walk, case=case, step=step, value=taken.value, by=agent)

    picture = draw(version)

    places = {(node.x, node.y) for node in picture["nodes"]}
    assert len(picture["nodes"]) == len(places) == version.steps.count()
    node = next(node for node in picture["nodes"] if node.step.pk == step.pk)
    assert node.here == 1
    assert sorted(way.taken for way in node.ways)[-1] == 1


def test_a_running_walk_keeps_its_version(version, draft, make_case, agent, lead):
    from cases.playbooks.engine import begin, open_walk

    case = make_case(consultation_type=type_of("q3"))
    begin(case, version.playbook, by=agent)

    perform(draft, "publish", by=lead)

    assert open_walk(case).version == version


@pytest.mark.parametrize("key", ["nowhere", "%00", "", "%ED%81%90"])
def test_a_step_that_is_none_is_not_tried_out(version, signed_in, lead, key):
    page = f"/admin/cases/playbookversion/{version.pk}/try/"

    assert signed_in(lead).get(f"{page}?at={key}").status_code == 404
