"""Where calls end in a playbook: the picture of its steps, with how many took which way."""

from collections import Counter

from django.utils.html import format_html_join

from cases.models import PlaybookVersion
from cases.playbooks.graph import draw
from cases.playbooks.picture import picture

from .charts import part, share, summed
from .reading import stored


def versions_of(figures):
    """Return the versions that calls were led through, by their keys."""
    walked = part(figures.cases, "walked").keys() | part(figures.cases, "first").keys()
    keys = {int(key) for key in walked} | {figures.asked.version}
    found = PlaybookVersion.objects.select_related("playbook").filter(pk__in=keys - {0})
    return {each.pk: each for each in found.order_by("playbook__position", "-number")}


def flow(figures, versions):
    """Return the picture of the version asked for, or of the one walked most; None of none."""
    walked = Counter({int(key): n for key, n in part(figures.cases, "walked").items()})
    key = figures.asked.version or next((pk for pk, _n in walked.most_common(1)), 0)
    version = versions.get(key)
    if version is None:
        return None
    counts = _counts(figures.asked, version)
    ends = {int(step): n for step, n in part(counts, "end").items()}
    took = {_answer(name): n for name, n in part(counts, "took").items()}
    graph = draw(version, here=ends, taken=took)
    ways = _ways(figures, graph, took)
    return {
        "version": version,
        "graph": graph,
        "picture": picture(graph),
        "n": sum(ends.values()),
        "ends": _ends(figures, graph, ends),
        "ways": ways,
        "ways_rows": format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td>'
            '<td class="number"><a href="{}">{}</a></td></tr>',
            ((way["step"].title, way["answer"], way["url"], way["n"]) for way in ways),
        ),
    }


def _counts(asked, version):
    who = {"version": version.pk, "person": asked.person}
    if asked.channel:
        who["channel"] = asked.channel
    return summed(counts for _day, counts in stored(asked, "counts", **who))


def _answer(name):
    step, _colon, value = name.partition(":")
    return int(step), value


def _ends(figures, graph, ends):
    """Return the steps at which calls ended, the most first."""
    most = max(ends.values(), default=0)
    rows = [
        {
            "step": node.step,
            "n": ends[node.step.pk],
            "width": share(ends[node.step.pk], most),
            "url": figures.cases_url(ended=node.step.pk),
        }
        for node in graph["nodes"]
        if ends.get(node.step.pk)
    ]
    return sorted(rows, key=lambda row: -row["n"])


def _ways(figures, graph, took):
    """Return a row of a table for each answer that was given, in the order of the steps."""
    given = [
        (node.step, choice, took[node.step.pk, choice.value])
        for node in graph["nodes"]
        for choice in node.step.choices.all()
        if took.get((node.step.pk, choice.value))
    ]
    return [
        {
            "step": step,
            "answer": choice.in_words or choice.value,
            "n": n,
            "url": figures.cases_url(took=f"{step.pk}:{choice.value}"),
        }
        for step, choice, n in given
    ]
