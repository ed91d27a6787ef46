"""
How the lines of a layout run: level through lanes, upright only in the gaps between layers.

In a gap all lines to one box share one upright track. Tracks stand in the order that crosses
least; two lines lie on each other only where no order of the tracks would keep them apart.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

MARGIN, TRACK, ARROW = 12, 9, 10  # before the first track, between tracks, before a box
ON_EACH_OTHER = 1000  # crossings that would be better than this
CORNER = 6
ROUNDS = 4  # of finding each track a better place among the others


@dataclass
class Net:
    """The lines to one box in one gap: how far down they come to it on either side."""

    left: set = field(default_factory=set)
    right: set = field(default_factory=set)

    @property
    def span(self):
        return min(self.left | self.right), max(self.left | self.right)


def run(layout, width):
    """
    Return where each layer begins from the left, and the points of each route, and the width.

    :param width: of every box
    """
    nets = _nets(layout)
    tracks = {gap: _tracks(found) for gap, found in nets.items()}
    x, lefts, places = 0, [], {}
    for gap in range(-1, len(layout.ranks)):
        if gap >= 0:
            lefts.append(x)
            x += width
        found = tracks.get(gap, {})
        for net, track in found.items():
            places[gap, net] = x + MARGIN + track * TRACK
        count = max(found.values(), default=-1) + 1
        if gap in nets:
            x += 2 * MARGIN + ARROW + max(count - 1, 0) * TRACK
    points = {
        way: _points(route, layout, lefts, places, width) for way, route in layout.routes.items()
    }
    return lefts, points, x


def _nets(layout):
    layer_of = {item: layer for layer, rank in enumerate(layout.ranks) for item in rank}
    nets = defaultdict(lambda: defaultdict(Net))
    for route in layout.routes.values():
        for gap, pins in zip(route.gaps, pairwise(route.pins), strict=True):
            net = nets[gap][route.to, route.is_back]
            for item, offset in pins:
                side = net.left if layer_of[item] == gap else net.right
                side.add(layout.tops[item] + offset)
    return nets


def _tracks(nets):
    """Return the track of each net that needs one: 0 is the left-most."""
    order = []
    for _round in range(ROUNDS):
        for name, net in nets.items():
            if net.span[0] != net.span[1]:
                order = _inserted(name, [other for other in order if other != name], nets)
    tracks = {}
    for name in order:
        top, bottom = nets[name].span
        beside = [
            track
            for other, track in tracks.items()
            if nets[other].span[0] <= bottom + TRACK and top <= nets[other].span[1] + TRACK
        ]
        tracks[name] = max(beside, default=-1) + 1
    return tracks


def _inserted(name, order, nets):
    """Return ``order`` with one net more, where it crosses the others least."""
    before = [_crossed(nets[other], nets[name]) for other in order]  # with the other to its left
    after = [_crossed(nets[name], nets[other]) for other in order]
    place = min(range(len(order) + 1), key=lambda place: sum(before[:place]) + sum(after[place:]))
    return [*order[:place], name, *order[place:]]


def _crossed(one, other):
    """Return how often two nets cross when ``one`` stands to the left of ``other``."""
    top, bottom = one.span
    crossed = sum(top < y < bottom for y in other.left)
    top, bottom = other.span
    crossed += sum(top < y < bottom for y in one.right)
    return crossed + ON_EACH_OTHER * len(one.right & other.left)


def _points(route, layout, lefts, places, width):
    layers = {item: layer for layer, rank in enumerate(layout.ranks) for item in rank}
    levels = [layout.tops[item] + offset for item, offset in route.pins]
    points = [(lefts[layers[route.pins[0][0]]] + width, levels[0])]
    for gap, (before, after) in zip(route.gaps, pairwise(levels), strict=True):
        if before != after:
            x = places[gap, (route.to, route.is_back)]
            points += [(x, before), (x, after)]
    return [*points, (lefts[layers[route.to]], levels[-1])]


def path(points):
    """Return the path through ``points`` for SVG, its corners rounded."""
    drawn = ["M{} {}".format(*points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        drawn.append("L{:g} {:g}Q{} {} {:g} {:g}".format(*near, *corner, *far))
    return "".join([*drawn, "L{} {}".format(*points[-1])])


def _towards(corner, other):
    """Return the point where a rounded corner begins on the side of ``other``."""
    (x, y), (to_x, to_y) = corner, other
    length = abs(to_x - x) + abs(to_y - y)
    part = min(CORNER, length / 2) / length
    return x + (to_x - x) * part, y + (to_y - y) * part
