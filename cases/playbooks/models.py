from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from backoffice.workflow.fields import StateField
from backoffice.workflow.models import StateChange, Stateful
from backoffice.workflow.transitions import TransitionRefused, perform, system_only

from . import words
from .scripts import spoken

EDIT = "cases.edit_playbook"


class Playbook(models.Model):
    """One question of the manual (상담 가이드). Its steps stand in its versions."""

    key = models.SlugField(_("key"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    # Name of the node of the consultation tree whose cases it is for.
    topic = models.CharField(_("topic"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")

    def __str__(self):
        return self.title

    @property
    def published(self):
        """The version that new walks take, or None."""
        return self.versions.filter(state=PlaybookVersion.State.PUBLISHED).first()


class PlaybookVersion(Stateful):
    """
    One wording of a playbook.

        draft -> published -> retired
        draft -> retired

    A draft may be edited, or discarded; a published one never. A walk keeps the version it
    began with, also when that is retired.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    playbook = models.ForeignKey(
        Playbook, models.PROTECT, related_name="versions", verbose_name=_("playbook")
    )
    number = models.PositiveIntegerField(_("number"))
    state = StateField(
        _("state"), choices=State, default=State.DRAFT, protected=True, editable=False
    )
    start = models.SlugField(_("first step"), max_length=60)  # key of a step
    # Of the shipped file it was loaded from; empty for one that people wrote.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("playbook version")
        verbose_name_plural = _("playbook versions")
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_number"),
            models.UniqueConstraint(
                fields=["playbook"], condition=Q(state="published"), name="one_published_version"
            ),
        ]
        permissions = [("edit_playbook", "Can edit and publish playbooks")]

    def __str__(self):
        return f"{self.playbook} v{self.number}"

    @transition(
        state,
        State.DRAFT,
        State.PUBLISHED,
        permission=EDIT,
        custom={"label": _("Publish"), "system": True},
    )
    def publish(self, *, by):
        """
        New walks take this version from now on; the one before is retired.

        :raises TransitionRefused: the graph has faults; names each step and its fault
        """
        from .checks import faults

        if sentences := faults(self):
            raise TransitionRefused(" ".join(map(str, sentences)))
        before = self.playbook.published
        if before is not None:
            perform(before, "retire", by=None)
        self.published_at = timezone.now()

    @transition(
        state,
        State.PUBLISHED,
        State.RETIRED,
        permission=system_only,
        custom={"system": True},
    )
    def retire(self, *, by):
        """A newer version took its place."""

    @transition(
        state,
        State.DRAFT,
        State.RETIRED,
        permission=EDIT,
        custom={"label": _("Discard"), "grave": True},
    )
    def discard(self, *, by):
        """Nobody goes on with it. It can still be read, and be where a new draft begins."""


class PlaybookVersionChange(StateChange):
    """One line of the history of a version."""

    playbook_version = models.ForeignKey(PlaybookVersion, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("version change")
        verbose_name_plural = _("version changes")


class Step(models.Model):
    """One thing to do, to say or to decide on the way through a playbook."""

    class Kind(models.TextChoices):
        SAY = "say", _("say")  # a script to read
        ASK = "ask", _("ask")  # one of the choices
        COMPARE = "compare", _("compare")  # what the caller says with the record, blindly
        CHECK = "check", _("check")  # the system decides from a fact
        DO = "do", _("do")  # an act of the case

    version = models.ForeignKey(
        PlaybookVersion, models.CASCADE, related_name="steps", verbose_name=_("version")
    )
    key = models.SlugField(_("key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"))
    rule = models.CharField(_("rule"), max_length=30, blank=True)  # of the decision table
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=60)
    script = models.TextField(_("script"), blank=True)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    # What the kind needs: where an answer is kept, what is compared, read or done.
    record = models.SlugField(_("record as"), max_length=30, blank=True)
    item = models.CharField(_("item"), max_length=20, blank=True)
    fact = models.CharField(_("fact"), max_length=40, blank=True)
    action = models.CharField(_("action"), max_length=40, blank=True)
    argument = models.CharField(_("argument"), max_length=40, blank=True)  # of the action

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="step_key_in_version")
        ]

    def __str__(self):
        return self.title

    @property
    def spoken(self):
        """The script as the agent reads it out, with the numbers of the settings."""
        return spoken(self.script)

    @property
    def act(self):
        """What is done here; "" of another kind, where ``action`` may be left from an edit."""
        return self.action if self.kind == self.Kind.DO else ""


class Choice(models.Model):
    """Where one outcome of a step leads."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="choices", verbose_name=_("step"))
    value = models.SlugField(_("value"), max_length=30)
    label = models.CharField(_("label"), max_length=60, blank=True)
    next_key = models.SlugField(_("next step"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(fields=["step", "value"], name="choice_value_in_step")
        ]

    def __str__(self):
        return self.label or self.value

    @property
    def in_words(self):
        """Its own label, or its outcome as a person reads it; "" where there is one way only."""
        return self.label or words.OF.get(self.value, lambda: self.value)()


class Walk(models.Model):
    """One way through one version of a playbook in one case; ``step`` is where it stands."""

    case = models.ForeignKey(
        "cases.Case", models.PROTECT, related_name="walks", verbose_name=_("support case")
    )
    version = models.ForeignKey(PlaybookVersion, models.PROTECT, verbose_name=_("version"))
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+")
    turns = models.PositiveIntegerField(default=0, editable=False)  # how often it moved
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("walk")
        verbose_name_plural = _("walks")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="one_open_walk"
            )
        ]

    def __str__(self):
        return f"{self.case} · {self.version}"

    def stand_at(self, step):
        """Move to ``step``, which may be the one where it stands."""
        self.step = step
        self.turns += 1
        self.save()


class Answer(models.Model):
    """
    One step walked: what came out of it, when, and by whom; None is the system.

    What a caller said in a comparison is not kept, only how it compared.
    """

    walk = models.ForeignKey(Walk, models.CASCADE, related_name="answers", verbose_name=_("walk"))
    # Several a call, so no index that another one serves as well.
    case = models.ForeignKey(
        "cases.Case",
        models.PROTECT,
        db_index=False,
        related_name="answers",
        verbose_name=_("support case"),
    )
    step = models.ForeignKey(
        Step, models.PROTECT, db_index=False, related_name="+", verbose_name=_("step")
    )
    value = models.SlugField(_("value"), max_length=30, db_index=False)
    slip = models.CharField(_("slip"), max_length=20, blank=True)  # of a comparison
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [
            models.Index(fields=["case", "-id"], name="answer_of_case"),  # facts, the desk
            # The cases that the figures of an answer lead to.
            models.Index(fields=["step", "value", "at"], name="answer_given"),
        ]

    def __str__(self):
        return f"{self.step}: {self.value}"
