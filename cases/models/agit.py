from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.outbox import http
from backoffice.outbox.models import Delivery, DeliveryQuerySet
from backoffice.outbox.wire import Accepted, InDoubt, NotTaken
from backoffice.workflow.models import StateChange


class AgitPostQuerySet(DeliveryQuerySet):
    def due(self, now):
        """As every delivery; none while no address is set, and a comment after its post."""
        if not settings.AGIT_WEBHOOK_URL:
            return self.none()
        posted = Q(parent=None) | Q(parent__state=Delivery.State.ACCEPTED)
        return super().due(now).filter(posted)

    def oldest_of_use(self, now):
        """The department wants to know of a case however late."""
        return None


class AgitPost(Delivery):
    """
    A case as the department reads it in Agit, or a comment under an earlier post (아지트 게시).

    ``accepted`` is its end: Agit does not report. The text is masked when it is queued.
    """

    case = models.ForeignKey(
        "cases.Case", models.PROTECT, related_name="agit_posts", verbose_name=_("support case")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="comments",
        verbose_name=_("comment under"),
    )
    text = models.TextField(_("text"))

    objects = AgitPostQuerySet.as_manager()

    class Meta(Delivery.Meta):
        verbose_name = _("Agit post")
        verbose_name_plural = _("Agit posts")
        indexes = [
            *Delivery.Meta.indexes,
            models.Index(  # the list of what waits for a person
                fields=["-id"],
                condition=Q(state__in=Delivery.NEED_A_PERSON, erased_at=None),
                name="agitpost_for_a_person",
            ),
        ]
        permissions = [("settle_agitpost", "Can settle a post in doubt")]

    def __str__(self):
        return f"{_('Agit')} {self.case}"

    # A post is no text: what became of it has words of its own. Agit reports nothing later.
    STATES = {
        Delivery.State.QUEUED: _("waits to be posted"),
        Delivery.State.SENDING: _("being posted"),
        Delivery.State.ACCEPTED: _("posted"),
        Delivery.State.FAILED: _("not posted"),
        Delivery.State.UNKNOWN: _("in doubt"),
    }

    def get_state_display(self):
        return str(self.STATES.get(self.state, self.state))

    CARRIES = ("text", "parent")
    WITH = ("parent",)

    async def hand_over(self):
        """
        Post it to AGIT_WEBHOOK_URL.

        Agit has no key against doubles, so whatever is not a clear answer leaves it in doubt.
        """
        payload = {"text": self.text, "mrkdwn": True}
        if self.parent is not None and self.parent.provider_id:
            payload["parent_id"] = _number_or_text(self.parent.provider_id)
        status, headers, answer = await http.request(
            "POST", settings.AGIT_WEBHOOK_URL, json=payload
        )
        post_id = answer.get("id") if isinstance(answer, dict) else None
        is_number = isinstance(post_id, int | str) and not isinstance(post_id, bool)
        if status == 200 and is_number and str(post_id).strip():
            return Accepted(provider_id=str(post_id), answer=answer)
        said = f"HTTP {status}"
        if status == 429:
            wait = http.seconds_of(headers.get("Retry-After"))
            raise NotTaken(said, reason="busy", retry_after=wait, answer=answer)
        if 400 <= status < 500:
            raise NotTaken(said, reason="refused", permanent=True, answer=answer)
        raise InDoubt(said, reason="unclear_answer", answer=answer)


def _number_or_text(post_id):
    return int(post_id) if post_id.isdecimal() else post_id


class AgitPostChange(StateChange):
    """One step of a post on its way."""

    agit_post = models.ForeignKey(AgitPost, models.CASCADE, related_name="changes")

    class Meta:
        verbose_name = _("step of a post")
        verbose_name_plural = _("steps of a post")
