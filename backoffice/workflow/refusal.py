class TransitionRefused(Exception):
    """
    The move was not made and nothing was changed.

    The text is a finished sentence for the person who tried.
    """
