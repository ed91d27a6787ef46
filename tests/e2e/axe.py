"""Whether everybody can use a page: axe-core's rules for WCAG 2.2 AA."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.e2e.renewed import unmoved

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that the dark theme changes

RUN = """async (runOnly) => {
    const options = { runOnly, resultTypes: ["violations"], preload: false };
    const found = await axe.run(options);
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => [
        id, node.target.join(" "), node.html.slice(0, 300), node.failureSummary,
    ]));
}"""
# A page without its side bar, its words and its numbers: two that are equal in this look alike.
BONES = """() => {
    const page = document.body.cloneNode(true);
    page.querySelector("#nav-sidebar")?.remove();
    const words = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) words.currentNode.data = words.currentNode.data.trim() && "…";
    const told = / (value|href|action|datetime|title)="[^"]*"|\\d+/g;
    return page.innerHTML.replace(told, "");
}"""
# The theme's choice of "dark", without loading the page anew.
DARK = "on => document.documentElement.classList.toggle('dark', on)"


def faults(page, examined):
    """
    Return what is wrong on ``page``, in the light and in the dark; leaves it light.

    :param examined: the pages seen before; one that is built like them is not gone through again
    """
    bones, found = unmoved(page, examine, page, examined)
    examined.add(bones)
    return found


def examine(page, examined):
    """Return how ``page`` is built, and its faults if none in ``examined`` is built like it."""
    turn(page, dark=False)
    bones, found = page.evaluate(BONES), []
    if bones not in examined:
        page.evaluate(AXE_SCRIPT)  # the way past the page's Content-Security-Policy
        found += [("light", *each) for each in page.evaluate(RUN, WCAG)]
        turn(page, dark=True)
        found += [("dark", *each) for each in page.evaluate(RUN, COLOURS)]
        turn(page, dark=False)
    return bones, found


def turn(page, *, dark):
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.evaluate(DARK, dark)
