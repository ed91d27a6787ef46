from backoffice.keys import key_in

from .transitions import TransitionRefused, lock, refuse_stale


def page_version(text):
    """Return the version that a page posted; what is no number fits no row."""
    version = key_in(text)
    return -1 if version is None else version


class VersionedForm:
    """
    For a model form of a ``Versioned`` row, or of a part of one: refuses a page that is older.

    The admin class includes ``workflow/version.html`` before the form.
    """

    @property
    def versioned(self):
        """The row whose version the page carries."""
        return self.instance

    @property
    def shown_version(self):
        """The version that the page carries; a page that was refused keeps the old one."""
        return self.data.get("version", "") if self.is_bound else self.versioned.version

    def lock_and_refuse_stale(self, **named):
        """
        Lock the row until the request's transaction ends and return it as it is stored.

        Adds the sentence to the form if the page is stale.
        """
        recorded = lock(self.versioned)
        try:
            refuse_stale(recorded, page_version(self.shown_version), **named)
        except TransitionRefused as refusal:
            self.add_error(None, str(refusal))
        return recorded
