"""The field of a state."""

from django_fsm import FSMField


class StateField(FSMField):
    """
    django-fsm's field, whose moves only the real models know: migrations see plain text.

    Every such field listens to every model that is made, and migrations make each model
    again and again: with them listening too, a quarter of the time to migrate went there.
    """

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
