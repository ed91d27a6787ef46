"""What happens to drivers and matters to those above. Sent inside the act's transaction."""

from django.dispatch import Signal

# A correction that one person may not decide alone was requested: ``correction``, ``by``.
second_person_needed = Signal()

# Something about ``driver`` changed on which a decision may rest.
facts_changed = Signal()

# The same of many at once: the drivers with these ``keys``.
facts_of_many_changed = Signal()

# ``field`` of ``driver`` is about to be shown to ``by``; who objects raises TransitionRefused.
about_to_reveal = Signal()

# The ``drivers``, {key: driver}, lose their names now: who keeps words about them for longer
# masks these while it is known what has to be masked.
about_to_erase = Signal()

# Nothing of the drivers with these ``keys`` is on record any more.
drivers_erased = Signal()
