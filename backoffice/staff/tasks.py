from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from . import lockout
from .models import HookRefusal, RightsChange


@shared_task(name="staff.tidy")
def tidy():
    """Run by beat: forgets what has been kept for long enough."""
    three_years_ago = timezone.now() - timedelta(days=settings.RIGHTS_LOG_KEEP_DAYS)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    return {
        "rights": RightsChange.objects.forget_before(three_years_ago),
        "refusals": HookRefusal.objects.filter(minute__lt=an_hour_ago).delete()[0],
        "failures": lockout.forget_old(),
    }
