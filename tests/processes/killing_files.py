"""A worker that kills itself, with -9, in the middle of a file; see ``killing_gateway``."""

from backoffice.files import services as exporting
from drivers.importing import loading
from tests.processes.killing_gateway import die_at


def mortal(step, real):
    """Return ``real``, after which the process dies if it was told to."""

    def act(*args, **kwargs):
        done = real(*args, **kwargs)
        die_at(step)
        return done

    return act


exporting.cells = mortal("export", exporting.cells)
loading.load_new = mortal("import", loading.load_new)
