"""Where a page's style sheets, scripts and icons come from."""

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """
    Once ``collectstatic`` has run: compressed, with their content's hash in the name, kept for
    good. Before, as they lie in the packages, kept for a minute: nothing needs collecting to
    start.
    """

    def url(self, name, force=False):
        if not self.hashed_files:
            return StaticFilesStorage.url(self, name)
        return super().url(name, force)

    def stale_files(self):
        """Return the names of collected files that are not what lies in the packages now."""
        from django.contrib.staticfiles.finders import get_finders

        found = {}
        for finder in get_finders():
            for name, storage in finder.list([]):
                found.setdefault(name, storage)
        return sorted(name for name, storage in found.items() if self._is_stale(name, storage))

    def _is_stale(self, name, storage):
        if not self.exists(name):
            return True
        with storage.open(name) as now, self.open(name) as collected:
            return now.read() != collected.read()
