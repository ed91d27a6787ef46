"""The picture of a version: its steps in columns by their distance from the first."""

from dataclasses import dataclass, field

from django.db.models import Count

from .models import Answer

WIDTH, HEIGHT = 190, 56  # of a step, in pixels
GAP_X, GAP_Y = 120, 18


@dataclass
class Node:
    """A step with its place, and what happens there."""

    step: object
    column: int
    row: int
    here: int = 0  # walks that stand here now
    edges: list = field(default_factory=list)

    @property
    def x(self):
        return 10 + self.column * (WIDTH + GAP_X)

    @property
    def y(self):
        return 10 + self.row * (HEIGHT + GAP_Y)

    @property
    def middle(self):
        return self.y + HEIGHT // 2

    @property
    def text_y(self):
        return self.y + 24

    @property
    def rule_y(self):
        return self.y + 43

    @property
    def text_x(self):
        return self.x + 12

    @property
    def badge_x(self):
        return self.x + WIDTH - 14

    @property
    def badge_y(self):
        return self.y + 14


@dataclass
class Edge:
    """A choice, and how many took it."""

    label: str
    path: str
    taken: int
    x: int
    y: int


def draw(version):
    """Return what ``cases/graph.html`` draws: the nodes with their edges, and the size."""
    steps = {step.key: step for step in version.steps.prefetch_related("choices")}
    nodes = _placed(version.start, steps)
    standing = version.walk_set.filter(ended_at=None).values("step__key").annotate(n=Count("pk"))
    for each in standing:
        if each["step__key"] in nodes:
            nodes[each["step__key"]].here = each["n"]
    taken = _taken(version)
    for node in nodes.values():
        node.edges = list(_edges(node, nodes, taken))
    return {
        "nodes": list(nodes.values()),
        "width": max((node.x for node in nodes.values()), default=0) + WIDTH + 20,
        "height": max((node.y for node in nodes.values()), default=0) + HEIGHT + 20,
        "box": {"width": WIDTH, "height": HEIGHT},
    }


def _placed(start, steps):
    """Put each step into the column of its shortest way; those never reached come last."""
    columns, waiting, seen = [], [start] if start in steps else [], set()
    while waiting:
        columns.append(waiting)
        seen |= set(waiting)
        onward = [choice.next_key for key in waiting for choice in steps[key].choices.all()]
        waiting = [key for key in dict.fromkeys(onward) if key in steps and key not in seen]
    if unreached := [key for key in steps if key not in seen]:
        columns.append(unreached)
    return {
        key: Node(steps[key], column, row)
        for column, keys in enumerate(columns)
        for row, key in enumerate(keys)
    }


def _taken(version):
    counted = (
        Answer.objects.filter(walk__version=version, taken_back_at=None)
        .values("step_id", "value")
        .annotate(n=Count("pk"))
    )
    return {(each["step_id"], each["value"]): each["n"] for each in counted}


def _edges(node, nodes, taken):
    for choice in node.step.choices.all():
        target = nodes.get(choice.next_key)
        if target is None:
            continue
        start_x, end_x = node.x + WIDTH, target.x
        bend = max(40, abs(end_x - start_x) // 2)
        yield Edge(
            label=choice.label or ("" if choice.value == "next" else choice.value),
            path=(
                f"M {start_x} {node.middle} C {start_x + bend} {node.middle}, "
                f"{end_x - bend} {target.middle}, {end_x} {target.middle}"
            ),
            taken=taken.get((node.step.pk, choice.value), 0),
            x=(start_x + end_x) // 2,
            y=(node.middle + target.middle) // 2 - 4,
        )
