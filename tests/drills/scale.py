"""How big the drills are: quick in an ordinary run, full where DRILL_SCALE says so."""

import os

IS_FULL = os.environ.get("DRILL_SCALE", "small") == "full"


def size(small, full):
    return full if IS_FULL else small
