"""One call at the desk, handled by keyboard as a person would."""

from playwright.sync_api import expect

from tests.e2e.person import PATIENCE

# What tells one place in a call from the next, also where the same step comes again.
PLACE = """() => [
    document.readyState,
    ...["[name=step]", "[name=last]"].map((each) => document.querySelector(each)?.value),
    document.querySelector(".desk-left .tag")?.dataset.state,
].join(" ")"""
MOVED = f"""before => {{
    const now = ({PLACE})();
    return now.startsWith("complete") && now !== before;
}}"""

# When a page's largest part, which is what there is to say, had been painted: milliseconds by the
# browser's own clock since somebody asked for the page, redirects and the server included.
PAINTED = """() => new Promise((tell) =>
    new PerformanceObserver((list) => tell(list.getEntries().at(-1).startTime)).observe({
        type: "largest-contentful-paint", buffered: true,
    })
)"""

# And when the title of the step had been painted: milliseconds since the key.
MARK_THE_KEY = """addEventListener("keydown", (event) => (window.keyAt = event.timeStamp), {
    capture: true, once: true,
})"""
TITLE_PAINTED = """() => new Promise((tell) =>
    new PerformanceObserver((list) => tell(list.getEntries().at(-1).renderTime - window.keyAt))
        .observe({ type: "element", buffered: true })
)"""


class Call:
    """A call that comes in: the screen pop, and one key to the first words."""

    def __init__(self, agent, phone, *, is_usable=bool):
        self.agent = agent
        self.is_usable = is_usable  # asked of the agent at every step
        self.page = agent.page
        self.keys = agent.pressed
        self.clicks = agent.clicked
        # Nothing is asked of a page that is being painted: that would be counted.
        self.page.goto(f"/admin/call/?phone={phone}")
        self.popped_after = self.page.evaluate(PAINTED)
        self.first_words_after = None

    def about(self, question):
        """Choose one of the manual's questions by its number."""
        expect(self.page.locator(f'[data-key="{question}"]')).to_be_visible()
        self.page.evaluate(MARK_THE_KEY)
        with self.page.expect_navigation():
            self.agent.press(str(question))
        self.first_words_after = self.page.evaluate(TITLE_PAINTED)
        expect(self.page.locator(".step-title")).to_be_visible()
        return self

    @property
    def number(self):
        return self.page.locator(".desk-left .panel-title").first.inner_text().split()[0]

    @property
    def effort(self):
        return self.agent.pressed - self.keys, self.agent.clicked - self.clicks

    def _then(self, *keys):
        """Press keys that lead on, and wait until they have."""
        before = self.agent.value(PLACE)
        self.agent.press(*keys)
        self.page.wait_for_function(MOVED, arg=before)
        assert self.is_usable(self.agent)

    def answers(self, *labels):
        """Give the answers that have these labels, each by its number key."""
        for label in labels:
            button = self.page.locator(".answer[data-key]").filter(has_text=label)
            key = button.first.get_attribute("data-key")
            self._then(key)
        return self

    def stands_at(self, title):
        expect(self.page.locator(".step-title")).to_contain_text(title)
        return self

    def says(self, text):
        expect(self.page.locator(".script")).to_contain_text(text)
        return self

    def compares(self, said):
        """Type what the caller says into the one field, where the cursor is already."""
        self._cursor_is_in("said")
        self.agent.type(said)
        self._then("Enter")
        return self

    def identifies(self, *, called_back=False):
        """Type the name and the vehicle number that the caller says."""
        self._cursor_is_in("name")
        self.agent.type("홍길동").press("Tab", "Tab").type("서울12바3456")
        if called_back:
            self.agent.press("Tab", "Space")
        self._then("Enter")
        return self

    def corrects(self, birthdate):
        self._cursor_is_in("birthdate")
        self.agent.type(birthdate).press("Tab").type("통화로 확인").press("Tab")
        self._then("Enter")
        return self

    def gives_reason(self, reason):
        self._cursor_is_in("reason")
        self.agent.type(reason).press("Tab")
        self._then("Enter")
        return self

    def _cursor_is_in(self, name):
        self.page.wait_for_function(
            "name => document.activeElement?.name === name", arg=name, timeout=PATIENCE
        )

    def is_in_state(self, state):
        expect(self.page.locator(".desk-left .tag").first).to_have_attribute("data-state", state)
        return self
