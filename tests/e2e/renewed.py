"""Pages that load themselves anew: a worker's job has ended, or somebody went on with the case."""

from playwright.sync_api import Error

TIMES = 3  # more often no page of these tests has a reason to


def unmoved(page, look, *asked):
    """
    Return what ``look`` says of ``page``; if that loads itself anew meanwhile, looks again.

    Playwright tells of it in many words, so any error is one; what is really wrong stays so.
    """
    for _ in range(TIMES):
        try:
            return look(*asked)
        except Error:
            page.wait_for_load_state()
    return look(*asked)
