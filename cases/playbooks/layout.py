"""
Where the boxes of a graph stand: in layers from left to right, each behind all that lead to it.

Pure functions of keys and heights. A line that passes a layer gets a lane of its own between
the boxes there, so that none runs through a box; the lines to one box share their lanes.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise
from operator import mul

LINE_IN, LINE_BACK_IN = 16, 30  # how far below its top a box is entered
SWEEPS, SETTLING_SWEEPS = 24, 8
ROOM = {0: 12, 1: 20, 2: 30}  # between two lanes, a lane and a box, two boxes
# A level lane is worth more than a box in the middle of its lines. Tried out on the shipped
# playbooks: these give the fewest crossings and bends of a dozen.
LANE_WEIGHT, ORDERING, STRAIGHTENING = 20, 16, 4
CLIMB, SMALL_STEP = 300, 14  # pixels: as bad as a crossing; what a line had better do without


@dataclass(frozen=True)
class Box:
    """A box to be placed; each of its ways is how far below its top it leaves, and where to."""

    key: str
    height: int
    ways: tuple


@dataclass(frozen=True)
class Lane:
    """Where the lines to a box pass a layer."""

    to: str
    layer: int
    is_back: bool


@dataclass(frozen=True)
class Route:
    """
    The places that a line touches in their order, each an item and how far below its top.

    ``gaps`` says between each two of them in which gap the line gets from one to the other;
    gap 3 is the one to the right of layer 3.
    """

    to: str
    is_back: bool
    pins: tuple
    gaps: tuple


@dataclass(frozen=True)
class Layout:
    """The layers with what stands in each from the top, and how far down; a route for each way."""

    ranks: list
    tops: dict
    routes: dict


def lay_out(boxes, start):
    """
    Return the layout of ``boxes``, the same for the same boxes.

    :param boxes: each ``Box`` leads only to keys that are among them
    :param start: the key that the first layer begins with
    """
    by_key = {box.key: box for box in boxes}
    order, back = _in_order(by_key, start)
    layers = _layers(order, by_key, back)
    routes = {
        (box.key, number): _route(box.key, offset, to, layers, (box.key, to) in back)
        for box in boxes
        for number, (offset, to) in enumerate(box.ways)
    }
    ranks = [[] for _layer in range(max(layers.values(), default=-1) + 1)]
    for key in order:
        ranks[layers[key]].append(key)
    lanes = (item for each in routes.values() for item, _offset in each.pins[1:-1])
    for lane in dict.fromkeys(lanes):
        ranks[lane.layer].append(lane)
    placing = _Placing(ranks, {key: box.height for key, box in by_key.items()}, routes)
    placing.find_order()
    placing.straighten()
    return Layout(placing.ranks, placing.tops, routes)


def _in_order(by_key, start):
    """Return the keys, each before those it leads to, and the ways back that this leaves out."""
    finished, path, back = {}, set(), set()

    def walk(key):
        path.add(key)
        for _offset, to in by_key[key].ways:
            if to in path:
                back.add((key, to))
            elif to not in finished:
                walk(to)
        path.remove(key)
        finished[key] = True

    # What the start does not lead to comes first of all: walked later, it is finished later.
    for key in [start, *by_key]:
        if key in by_key and key not in finished:
            walk(key)
    return list(reversed(finished)), back


def _layers(order, by_key, back):
    layers = dict.fromkeys(order, 0)
    for key in order:
        for _offset, to in by_key[key].ways:
            if (key, to) not in back:
                layers[to] = max(layers[to], layers[key] + 1)
    return layers


def _route(key, offset, to, layers, is_back):
    if is_back:  # around: out to the right, along the lanes to the left, and in from the left
        passed = range(layers[key], layers[to] - 1, -1)
        gaps = range(layers[key], layers[to] - 2, -1)
    else:
        passed = range(layers[key] + 1, layers[to])
        gaps = range(layers[key], layers[to])
    lanes = ((Lane(to, layer, is_back), 0) for layer in passed)
    end = (to, LINE_BACK_IN if is_back else LINE_IN)
    return Route(to, is_back, ((key, offset), *lanes, end), tuple(gaps))


class _Placing:
    """The tops of all items while they are moved towards where their lines are straight."""

    def __init__(self, ranks, heights, routes):
        self.ranks, self.heights = ranks, heights
        self.layer_of = {item: layer for layer, rank in enumerate(ranks) for item in rank}
        self.links = dict.fromkeys(
            link for route in routes.values() for link in pairwise(route.pins)
        )
        self.pulls = defaultdict(list)  # of an item: what pulls it, and by how much it is off
        for (one, one_offset), (other, other_offset) in self.links:
            self.pulls[one].append((other, other_offset - one_offset))
            self.pulls[other].append((one, one_offset - other_offset))
        self.tops = {}
        for rank in ranks:
            self.tops |= _apart(rank, dict.fromkeys(rank, 0), heights)

    def find_order(self):
        """Sweep to and fro, each rank sorted by what pulls it; stay at the best that was seen."""
        best = None
        for sweep in range(SWEEPS):
            step = -1 if sweep % 2 else 1
            for rank in self.ranks[::step]:
                wishes = {
                    item: self._wish(item, self._behind(item, step), ORDERING) for item in rank
                }
                rank.sort(key=wishes.get)
                self.tops |= _apart(rank, wishes, self.heights)
            badness = self._badness()
            if best is None or badness < best[0]:
                best = badness, [list(rank) for rank in self.ranks], dict(self.tops)
        _badness, self.ranks, self.tops = best

    def straighten(self):
        """Move what stands in its order already until the lanes are level."""
        for sweep in range(SETTLING_SWEEPS):
            step = 1 if sweep % 2 else -1
            for rank in self.ranks[::step]:
                wishes = {
                    item: self._wish(
                        item, self._lane_behind(item, step) or self.pulls[item], STRAIGHTENING
                    )
                    for item in rank
                }
                self.tops |= _apart(rank, wishes, self.heights)
        highest = min(self.tops.values(), default=0)
        self.tops = {item: round(top - highest) for item, top in self.tops.items()}
        for rank in self.ranks:
            for place, item in enumerate(rank):
                self._snap(item, rank[place - 1] if place else None, [*rank, None][place + 1])

    def _behind(self, item, step):
        return [
            pull
            for pull in self.pulls[item]
            if (self.layer_of[item] - self.layer_of[pull[0]]) * step >= 0
        ]

    def _lane_behind(self, item, step):
        layer = self.layer_of[item] - step
        return isinstance(item, Lane) and [
            pull
            for pull in self.pulls[item]
            if isinstance(pull[0], Lane) and self.layer_of[pull[0]] == layer
        ]

    def _wish(self, item, pulls, lane):
        """Return the top of the straightest lines, where each to a lane counts ``lane`` times."""
        if not pulls:
            return self.tops[item]
        weights = [lane if isinstance(other, Lane) else 1 for other, _off in pulls]
        tops = [self.tops[other] + off for other, off in pulls]
        return sum(map(mul, weights, tops)) / sum(weights)

    def _snap(self, item, above, below):
        """Take away a small step in a line, where there is room and no other becomes crooked."""
        tops, top = self.tops, self.tops[item]
        wished = [tops[other] + off for other, off in self.pulls[item]]
        first = 0 if above is None else tops[above] + _room(above, item, self.heights)
        last = (
            top + SMALL_STEP if below is None else tops[below] - _room(item, below, self.heights)
        )
        near = [each for each in wished if first <= each <= last and abs(each - top) <= SMALL_STEP]
        tops[item] = max([top, *near], key=lambda each: (wished.count(each), -abs(each - top)))

    def _badness(self):
        """Return how many lines cross between layers, and then some for how far they climb."""
        gaps, climbed = defaultdict(list), 0
        for (one, one_offset), (other, other_offset) in self.links:
            ends = (self.tops[one] + one_offset, self.tops[other] + other_offset)
            climbed += abs(ends[0] - ends[1])
            layers = self.layer_of[one], self.layer_of[other]
            if layers[0] != layers[1]:
                gaps[min(layers)].append(ends if layers[0] < layers[1] else ends[::-1])
        crossed = sum(
            (a[0] - b[0]) * (a[1] - b[1]) < 0
            for lines in gaps.values()
            for a, b in combinations(lines, 2)
        )
        return crossed + climbed / CLIMB


def _room(item, below, heights):
    """Return how far below the top of ``item`` the next one may stand."""
    boxes = sum(not isinstance(each, Lane) for each in (item, below))
    return heights.get(item, 0) + ROOM[boxes]


def _apart(rank, wishes, heights):
    """
    Return tops in the order of ``rank`` that overlap nowhere, as near to the wishes as can be.

    The nearest by least squares: neighbours that get in each other's way move as one block.
    """
    blocks, shifts, shift = [], [], 0  # a block: its weight, its mean, how many
    for before, item in zip([None, *rank], rank, strict=False):
        if before is not None:
            shift += _room(before, item, heights)
        shifts.append(shift)
        weight = LANE_WEIGHT if isinstance(item, Lane) else 1
        blocks.append((weight, wishes[item] - shift, 1))
        while len(blocks) > 1 and blocks[-2][1] > blocks[-1][1]:
            (heavy, high, many), (weight, mean, count) = blocks[-2:]
            mean = (heavy * high + weight * mean) / (heavy + weight)
            blocks[-2:] = [(heavy + weight, mean, many + count)]
    means = [mean for _weight, mean, count in blocks for _each in range(count)]
    return {item: mean + shift for item, mean, shift in zip(rank, means, shifts, strict=True)}
