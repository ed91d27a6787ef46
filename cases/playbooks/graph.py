"""The picture of a version: its steps as boxes, with each answer as a row that a line leaves."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Count
from django.utils.translation import gettext as _

from .layout import Box, lay_out
from .lettering import fitted, in_two_lines, length
from .models import Answer
from .routing import run

WIDTH = 220  # of a step, in pixels
EDGE = 16  # around the picture: what stands at a step sits on the edge of its box
PADDING = 12
TITLE_SIZE, NOTE_SIZE, ANSWER_SIZE = 13, 11, 12  # as in the style sheet
TITLE_LINE, NOTE_LINE, ANSWER_LINE = 17, 24, 21


@dataclass
class Way:
    """An answer, how many took it, and the node it leads to; None if there is no such step."""

    answer: str
    taken: int
    y: int = 0  # of its row
    to: object = None
    is_back: bool = False
    points: list = field(default_factory=list)

    @property
    def shown(self):
        """The answer as far as its row has room for it beside the number."""
        beside = length(f" {self.taken}", ANSWER_SIZE) if self.taken else 0
        mark = "← " if self.is_back else "✕ " if self.to is None else ""
        return fitted(f"{mark}{self.answer}", ANSWER_SIZE, WIDTH - 2 * PADDING - beside)


@dataclass
class Node:
    """A step with its place, and what happens there."""

    step: object
    title: list  # one line or two
    ways: list
    x: int = 0
    y: int = 0
    here: int = 0  # walks that stand here now, or that ended here

    @property
    def head(self):
        """The height of what stands above its rows."""
        return 8 + len(self.title) * TITLE_LINE + NOTE_LINE

    @property
    def height(self):
        return self.head + len(self.ways) * ANSWER_LINE + (4 if self.ways else 0)

    @property
    def note(self):
        rule = f" · {self.step.rule}" if self.step.rule else ""
        return fitted(f"{self.step.get_kind_display()}{rule}", NOTE_SIZE, WIDTH - 2 * PADDING)


def draw(version, *, here=None, taken=None):
    """
    Return what is drawn: the nodes with their ways, from left to right, and the size.

    :param here: how many at which step, by its key in the database; else the walks under way
    :param taken: how many took a choice, by step and value; else those who are under way
    """
    steps = {step.key: step for step in version.steps.prefetch_related("choices")}
    here = _standing(version) if here is None else here
    taken = _taken(version) if taken is None else taken
    nodes = {key: _node(step, here, taken) for key, step in steps.items()}
    return _arranged(version.start, nodes)


def _standing(version):
    counted = version.walk_set.filter(ended_at=None).values_list("step_id")
    return dict(counted.annotate(n=Count("pk")))


def _taken(version):
    counted = (
        Answer.objects.filter(walk__version=version, walk__ended_at=None, taken_back_at=None)
        .values("step_id", "value")
        .annotate(n=Count("pk"))
    )
    return {(each["step_id"], each["value"]): each["n"] for each in counted}


def _node(step, here, taken):
    choices = sorted(step.choices.all(), key=lambda choice: (choice.position, choice.pk))
    ways = [
        Way(
            answer=choice.in_words or _("Next"),
            taken=taken.get((step.pk, choice.value), 0),
            to=choice.next_key,
        )
        for choice in choices
    ]
    title = in_two_lines(step.title, TITLE_SIZE, WIDTH - 2 * PADDING)
    return Node(step, title, ways, here=here.get(step.pk, 0))


def _arranged(start, nodes):
    """Give each node its place, and each way its points."""
    for node in nodes.values():
        for number, way in enumerate(node.ways):
            way.y = node.head + number * ANSWER_LINE + ANSWER_LINE // 2
            way.to = nodes.get(way.to)
    keys = {id(node): key for key, node in nodes.items()}
    boxes = tuple(
        Box(key, node.height, tuple((way.y, keys[id(way.to)]) for way in node.ways if way.to))
        for key, node in nodes.items()
    )
    layout, lefts, points, width = _laid_out(boxes, start)
    in_order = []
    for left, rank in zip(lefts, layout.ranks, strict=True):
        for key in (item for item in rank if item in nodes):
            node = nodes[key]
            node.x, node.y = EDGE + left, EDGE + layout.tops[key]
            in_order.append(node)
            for number, way in enumerate(each for each in node.ways if each.to):
                way.is_back = layout.routes[key, number].is_back
                way.points = [(EDGE + x, EDGE + y) for x, y in points[key, number]]
            for way in node.ways:
                way.y += node.y
    deepest = max((node.y + node.height for node in in_order), default=0)
    lowest = max((y for node in in_order for way in node.ways for _x, y in way.points), default=0)
    return {
        "nodes": in_order,
        "width": width + 2 * EDGE,
        "height": max(deepest, lowest) + EDGE,
    }


@lru_cache(maxsize=32)  # a published version does not change, and its picture is asked for often
def _laid_out(boxes, start):
    layout = lay_out(boxes, start)
    return layout, *run(layout, WIDTH)
