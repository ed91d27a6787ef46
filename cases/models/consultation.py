from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsultationType(models.Model):
    """
    A node of the tree by which inquiries are counted (상담유형).

    The manual's tree has 14 leaves. 출근/대기/수락/완료 is the name of one node.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=40)
    path = models.CharField(_("path"), max_length=200, unique=True, editable=False)
    is_leaf = models.BooleanField(_("can be chosen"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    SEPARATOR = " ▶ "

    class Meta:
        verbose_name = _("consultation type")
        verbose_name_plural = _("consultation types")

    def __str__(self):
        return self.path

    @property
    def short(self):
        """The topic and what stands under it: the name alone reads as a driver's service."""
        return " › ".join(self.path.split(self.SEPARATOR)[-2:])

    def clean(self):
        self._take_path()
        if self.is_leaf and self.parent is None:  # the topic says which playbooks there are
            raise ValidationError({"is_leaf": _("What can be chosen stands under a topic.")})
        if type(self).objects.filter(path=self.path).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("This consultation type exists already.")})
        self._meta.get_field("path").run_validators(self.path)

    def save(self, *args, **kwargs):
        self._take_path()
        super().save(*args, **kwargs)

    def _take_path(self):
        self.path = f"{self.parent.path}{self.SEPARATOR}{self.name}" if self.parent else self.name
