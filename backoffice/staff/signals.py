"""Groups given and taken, by whatever door: form, shell, a group that is deleted."""

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, pre_delete
from django.dispatch import receiver

from .models import RightsChange, User


@receiver(m2m_changed, sender=User.groups.through)
def groups_changed(sender, instance, action, reverse, pk_set, **signal):
    """Write down who is in other groups after the change than before it."""
    when, _of, _what = action.partition("_")
    if when == "pre":
        people = User.objects.filter(pk__in=pk_set) if pk_set is not None else None
        if not reverse:
            people = [instance]
        elif people is None:
            people = instance.user_set.all()
        instance._groups_before = [(person, _groups(person)) for person in people]
        return
    for person, before in instance.__dict__.pop("_groups_before", ()):
        _note(person, before, _groups(person))


@receiver(pre_delete, sender=Group)
def group_deleted(sender, instance, **signal):
    for person in instance.user_set.all():
        before = _groups(person)
        _note(person, before, before - {instance.name})


def _groups(person):
    return set(person.groups.values_list("name", flat=True))


def _note(person, before, after):
    if before != after:
        RightsChange.objects.note(
            RightsChange.What.GROUPS,
            person,
            before=", ".join(sorted(before)),
            after=", ".join(sorted(after)),
        )
