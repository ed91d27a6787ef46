"""One inquiry, handled at the desk by HTTP, in the words of the domain."""

import html
import re
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone

from cases.models import Case
from tests.cases.playbooks.walking import answer

MANUAL = Path(__file__).parents[2] / "manual" / "login-and-verification-errors.txt"
# What is on record of ``driver``, in the ways in which it could be written on a page.
RECORDED = [
    *("홍길동", "01000001234", "010-0000-1234", "1000001234", "12바3456"),
    *("1980-05-03", "19800503", "800503", "1980.5.3", "1980. 5. 3", "1980년 5월 3일"),
    *("May 3, 1980", "1980-05-13", "19800513", "1980.5.13", "1980년 5월 13일"),
]


def plain(text):
    """Without tags, Markdown's marks and blanks of any kind."""
    bare = html.unescape(re.sub(r"<[^>]*>", "", text))
    return re.sub(r"\s", "", re.sub(r"\*\*|\\", "", bare))


MANUAL_TEXT = plain(MANUAL.read_text("utf-8"))


class Call:
    """An inquiry of a driver as one person at the desk sees it."""

    def __init__(self, person, case):
        self.person, self.pk = person, case.pk
        self.client = Client()
        self.client.force_login(person)
        self.leaks = []
        self.latest_page = None

    @property
    def case(self):
        return Case.objects.get(pk=self.pk)

    # What the page shows

    @property
    def page(self):
        """The page as it was last loaded, or as it is now if nobody has looked since."""
        return self.latest_page or self.look().latest_page

    def look(self):
        return self._keep(self.client.get(f"/admin/cases/case/{self.pk}/desk/"))

    @property
    def stands_at(self):
        """Key of the step that the page shows, or None where the walk is over."""
        step = self._of_page("step")
        return step and step.key

    @property
    def choices(self):
        return {each["choice"].value for each in self._of_page("choices") or ()}

    @property
    def text(self):
        return self.page.content.decode()

    def says(self, *lines):
        """Whether the page shows these lines, and the manual has them word for word."""
        return all(
            plain(each) in plain(self.text) and plain(each) in MANUAL_TEXT for each in lines
        )

    @property
    def refusals(self):
        """The sentences that say why something was not done."""
        form = self._of_page("form")
        told = [str(each) for each in self._of_page("messages") or ()]
        return told + [
            each for errors in (form.errors if form else {}).values() for each in errors
        ]

    @property
    def way(self):
        """What was answered and holds: [("wifi", "not_used"), …], checks included."""
        held = self.case.answers.filter(taken_back_at=None).order_by("pk")
        return list(held.values_list("step__key", "value"))

    # What the person does

    def begin(self, playbook):
        self.latest_page = None
        url = f"/admin/cases/case/{self.pk}/desk/begin/"
        assert self.client.post(url, {"playbook": playbook}).status_code == 302
        return self

    def answer(self, *values):
        """Answer one step after the other, each as the page shows it then."""
        for value in values:
            before = self.stands_at
            self.do(value=value)
            assert not self.refusals, (before, value, self.refusals)
        return self

    def quickly(self, *answers):
        """Give answers by the services, and load no page for it."""
        for each in answers:
            more = {"value": each} if isinstance(each, str) else each
            answer(self.case, by=self.person, **more)
        self.latest_page = None
        return self

    def do(self, **typed):
        """Post what the present step asks for."""
        return self._post("answer", step=self.stands_at, last=self._of_page("last"), **typed)

    def forge(self, **typed):
        """Post an answer written by hand."""
        return self._post("answer", **{"last": self._of_page("last"), **typed})

    def compare(self, said):
        return self.do(said=said)

    def identify(self, *, call_back=False, **said):
        said = said or {"name": "홍길동", "vehicle_no": "서울12바3456"}
        return self.do(**said, **({"call_back_answered": "on"} if call_back else {}))

    def call_later(self, hours=3):
        at = timezone.localtime() + timedelta(hours=hours)
        return self.do(at=at.strftime("%Y-%m-%dT%H:%M"), reason="다시 전화")

    def disclose(self, reason):
        """Post the step that tells the registered birthdate; the page that shows it once."""
        typed = {"step": self.stands_at, "last": self._of_page("last"), "reason": reason}
        self.latest_page = None
        return self.client.post(f"/admin/cases/case/{self.pk}/desk/answer/", typed)

    def back(self):
        return self._post("back", last=self._of_page("last"))

    def move(self, name, **typed):
        """Make a move of the case on its own page; the response."""
        version = self.case.version
        url = f"/admin/cases/case/{self.pk}/move/{name}/"
        return self.client.post(url, {"version": version} | typed)

    def _post(self, page, **typed):
        response = self.client.post(
            f"/admin/cases/case/{self.pk}/desk/{page}/",
            {name: value for name, value in typed.items() if value is not None},
            follow=True,
        )
        return self._keep(response, typed.values())

    def _keep(self, response, typed=()):
        assert response.status_code == 200, response.status_code
        self.latest_page = response
        text = self.text
        if typed and not response.redirect_chain:
            # Refused: the page shows once more what was typed.
            for each in (typing for typing in typed if len(str(typing)) > 2):
                text = text.replace(str(each), "")
        self.leaks += [(self.stands_at, each) for each in RECORDED if each in text]
        return self

    def _of_page(self, name):
        context = self.page.context
        return context[name] if context is not None and name in context else None
