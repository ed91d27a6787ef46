"""The manual's tree of consultation types: two topics of log-in faults, seven services each."""

from drivers.models import Driver

ROOT = ("택시_기사", "오류")
TOPICS = ("기타", "출근/대기/수락/완료")  # each one node, slashes and all


def load_consultation_types(**signal):
    """Create the nodes that are missing. Runs after migrate."""
    from .models import ConsultationType

    def node(name, parent, *, is_leaf, position):
        path = f"{parent.path}{ConsultationType.SEPARATOR}{name}" if parent else name
        return ConsultationType.objects.get_or_create(
            path=path,
            defaults={
                "parent": parent,
                "name": name,
                "is_leaf": is_leaf,
                "position": position,
            },
        )[0]

    parent = None
    for name in ROOT:
        parent = node(name, parent, is_leaf=False, position=0)
    for place, topic in enumerate(TOPICS):
        branch = node(topic, parent, is_leaf=False, position=place)
        for position, service in enumerate(Driver.ServiceType.values):
            node(service, branch, is_leaf=True, position=position)
