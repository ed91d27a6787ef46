from django.conf import settings
from django.db import models


class SecondFactor(models.Model):
    """A person's authenticator app: the secret it shares with us, encrypted."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor"
    )
    secret = models.TextField()
    learnt_at = models.DateTimeField(auto_now_add=True)
    last_step = models.BigIntegerField(default=0)  # of the last code that was used: none twice

    def __str__(self):
        return f"{self.user}"


class RecoveryCode(models.Model):
    """One of the codes for the day without the app. Its digest, and it opens once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "digest", name="one_recovery_code"),
        ]

    def __str__(self):
        return f"{self.user}"
