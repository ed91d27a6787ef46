"""The picture of a playbook can be read: nothing lies on anything else, and nothing is missing."""

import os
import subprocess
import sys
from itertools import combinations, pairwise, product
from pathlib import Path
from random import Random

import pytest

from cases.models import Choice, Playbook
from cases.playbooks import graph, layout, routing
from cases.playbooks.drafting import new_draft
from cases.playbooks.lettering import fitted, in_two_lines, length
from cases.playbooks.picture import picture

SHIPPED = ["q1", "q2", "q3", "q4"]
ROOM = graph.WIDTH - 2 * graph.PADDING


@pytest.fixture(params=SHIPPED)
def version(db, request):
    return Playbook.objects.get(key=request.param).published


@pytest.fixture
def drawn(version):
    return graph.draw(version)


@pytest.fixture
def lines(drawn):
    """Each line: the step it leaves, its way, and its points."""
    return [(node, way, way.points) for node in drawn["nodes"] for way in node.ways]


def area(node):
    return node.x, node.y, node.x + graph.WIDTH, node.y + node.height


def touch(one, other):
    """Whether two areas, or lines as areas without breadth, have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def stretches(points):
    """Yield the straight parts of a line as areas."""
    for (x, y), (to_x, to_y) in pairwise(points):
        yield min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)


def test_no_step_lies_on_another(drawn):
    areas = [area(node) for node in drawn["nodes"]]

    assert [pair for pair in combinations(areas, 2) if touch(*pair)] == []


def test_everything_is_inside_the_picture(drawn, lines):
    areas = [area(node) for node in drawn["nodes"]]
    areas += [part for _node, _way, points in lines for part in stretches(points)]

    assert min(min(each) for each in areas) >= graph.EDGE
    assert max(each[2] for each in areas) <= drawn["width"] - graph.EDGE
    assert max(each[3] for each in areas) <= drawn["height"] - graph.EDGE


def test_every_answer_of_every_step_is_there_once(version, drawn):
    shown = [
        (node.step.key, way.answer, way.to.step.key)
        for node in drawn["nodes"]
        for way in node.ways
    ]

    choices = Choice.objects.filter(step__version=version).select_related("step")
    asked = [(each.step.key, each.in_words or "다음", each.next_key) for each in choices]
    assert sorted(shown) == sorted(asked)
    assert sorted(node.step.key for node in drawn["nodes"]) == sorted(
        version.steps.values_list("key", flat=True)
    )


def test_a_line_leaves_the_row_of_its_answer_and_ends_at_its_step(lines):
    for node, way, points in lines:
        assert points[0] == (node.x + graph.WIDTH, way.y), way.answer
        entered = layout.LINE_BACK_IN if way.is_back else layout.LINE_IN
        assert points[-1] == (way.to.x, way.to.y + entered), way.answer
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), way.answer


def within(x, y, to_x, to_y):
    """An area without its left and its right edge, where lines begin and end."""
    return x + 1, y, to_x - 1, to_y


def test_no_line_runs_through_a_step(drawn, lines):
    through = [
        (way.answer, node.step.title)
        for (_source, way, points), node in product(lines, drawn["nodes"])
        for part in stretches(points)
        if touch(part, within(*area(node)))
    ]

    assert through == []


def test_lines_to_different_steps_only_cross(lines):
    """One lies on another if both are level, or both upright, and they share more than a point."""
    parts = [
        ((id(way.to), way.is_back), part)
        for _node, way, points in lines
        for part in stretches(points)
    ]

    on_each_other = [
        (one, other)
        for (to, one), (elsewhere, other) in combinations(set(parts), 2)
        if to != elsewhere and (one[0] == one[2]) == (other[0] == other[2]) and touch(one, other)
    ]

    assert on_each_other == []


def test_only_the_lines_back_lead_to_the_left(lines):
    for node, way, points in lines:
        goes_back = any(a[0] > b[0] for a, b in pairwise(points))
        assert goes_back == way.is_back == (way.to.x <= node.x), way.answer
        assert way.shown.startswith("← ") == way.is_back


def test_all_words_have_room(drawn):
    for node in drawn["nodes"]:
        assert 1 <= len(node.title) <= 2
        assert " ".join(node.title) == node.step.title  # none of the shipped is cut
        assert all(length(line, graph.TITLE_SIZE) <= ROOM for line in node.title)
        assert node.step.rule in node.note
        assert length(node.note, graph.NOTE_SIZE) <= ROOM
        rows = [way.y for way in node.ways]
        assert all(
            b - a >= graph.ANSWER_LINE for a, b in pairwise([node.y + node.head, *rows][1:])
        )
        for way in node.ways:
            assert way.answer in way.shown
            assert length(way.shown, graph.ANSWER_SIZE) <= ROOM
            half = graph.ANSWER_LINE // 2
            assert node.y + node.head <= way.y - half
            assert way.y + half <= node.y + node.height


def test_a_number_takes_the_room_of_letters_not_of_others():
    way = graph.Way("가" * 60, taken=12345, to=object())

    both = length(way.shown, graph.ANSWER_SIZE) + length(" 12345", graph.ANSWER_SIZE)

    assert way.shown.endswith("…")
    assert both <= ROOM


def boxes(seed):
    """Thirty boxes with ways that a die chose, some of them in circles, to themselves or alone."""
    dice = Random(seed)
    keys = [f"step-{number}" for number in range(30)]
    return tuple(
        layout.Box(
            key,
            60 + 20 * ways,
            tuple((50 + 20 * way, dice.choice(keys)) for way in range(ways)),
        )
        for key in keys
        for ways in [dice.randrange(4)]
    )


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_graph_no_line_runs_through_a_box(seed):
    dice = boxes(seed)

    placed = layout.lay_out(dice, "step-0")
    lefts, points, _width = routing.run(placed, 100)

    heights = {box.key: box.height for box in dice}
    areas = {
        key: (lefts[layer], placed.tops[key], lefts[layer] + 100, placed.tops[key] + heights[key])
        for layer, rank in enumerate(placed.ranks)
        for key in rank
        if key in heights
    }
    assert areas.keys() == heights.keys()
    assert [pair for pair in combinations(areas.values(), 2) if touch(*pair)] == []
    assert points.keys() == {(box.key, n) for box in dice for n in range(len(box.ways))}
    inner = [within(*each) for each in areas.values()]
    parts = [part for line in points.values() for part in stretches(line)]
    assert [each for each in product(parts, inner) if touch(*each)] == []


def test_is_the_same_in_every_process():
    program = (
        "from tests.cases.playbooks.test_graph import boxes\n"
        "from cases.playbooks import layout, routing\n"
        "placed = layout.lay_out(boxes(7), 'step-0')\n"
        "print(placed, routing.run(placed, 100))"
    )

    said = {
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{program}"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1


def crossings(drawn):
    parts = {
        ((id(way.to), way.is_back), part)
        for node in drawn["nodes"]
        for way in node.ways
        for part in stretches(way.points)
    }
    return sum(
        to != elsewhere and touch(one, other)
        for (to, one), (elsewhere, other) in combinations(parts, 2)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["q1", "q4"])
def test_much_fewer_lines_cross_than_in_the_order_of_the_file(key, monkeypatch):
    version = Playbook.objects.get(key=key).published
    swept = crossings(graph.draw(version))
    graph._laid_out.cache_clear()
    monkeypatch.setattr(layout._Placing, "find_order", lambda placing: None)

    unswept = crossings(graph.draw(version))

    graph._laid_out.cache_clear()
    assert swept < 0.6 * unswept


@pytest.fixture
def draft(db, lead):
    return new_draft(Playbook.objects.get(key="q3").published, by=lead)


def test_a_faulty_draft_is_drawn_all_the_same(draft):
    step = draft.steps.get(key="questions")
    Choice.objects.filter(step=step, value="phone").update(next_key="nowhere")
    Choice.objects.filter(step=step, value="both").update(next_key="questions")
    draft.start = "gone"

    drawn = graph.draw(draft)

    assert len(drawn["nodes"]) == draft.steps.count()
    node = next(node for node in drawn["nodes"] if node.step.pk == step.pk)
    lost = next(way for way in node.ways if way.to is None)
    assert (lost.shown, lost.points) == ("✕ (1) 전화번호 변경", [])
    itself = next(way for way in node.ways if way.to is node)
    assert itself.is_back
    assert "nowhere" in picture(drawn)


def test_a_version_without_steps_is_drawn_as_nothing(draft):
    draft.steps.all().delete()

    assert picture(graph.draw(draft)) == ""


def test_words_cannot_be_markup(draft):
    step = draft.steps.get(key="questions")
    step.title, step.rule = "<b>제목</b>", "<i>1</i>"
    step.save()
    step.choices.update(label="<script>")

    svg = picture(graph.draw(draft), url_of=lambda step: f'/x?a="{step.pk}')

    assert "<b>" not in svg
    assert "<i>" not in svg
    assert "<script>" not in svg
    assert 'a="' not in svg
    assert svg.count("&lt;script&gt;") >= step.choices.count()


def test_a_way_that_was_taken_is_thicker_and_numbered(draft):
    step = draft.steps.get(key="questions")

    svg = picture(graph.draw(draft, taken={(step.pk, "device"): 7, (step.pk, "none"): 1}))

    assert svg.count('class="edge taken"') == svg.count('class="way-count"') == 2
    assert 'style="stroke-width: 6.0"' in svg
    assert ">7</text>" in svg
    assert "(2) 기기 변경 (7) → 변경 기기 재설치 안내</title>" in svg


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("짧은 제목", ["짧은 제목"]),
        ("전화번호 변경 담당자 확인 안내", ["전화번호 변경", "담당자 확인 안내"]),
        ("띄어쓰지않은아주긴제목입니다", ["띄어쓰지않은아주", "긴제목입니다"]),
        ("세 줄이 될 만큼 아주 길고 또 긴 제목", ["세 줄이 될 만큼", "아주 길고 또 긴…"]),
        ("", [""]),
    ],
)
def test_a_long_title_takes_two_lines(text, lines):
    assert in_two_lines(text, 10, 80) == lines


def test_what_does_not_fit_ends_in_an_ellipsis():
    assert fitted("가나다라", 10, 40) == "가나다라"
    assert fitted("가나다라마", 10, 40) == "가나다…"
