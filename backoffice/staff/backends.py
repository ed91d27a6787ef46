from axes.backends import AxesStandaloneBackend
from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class LockBackend(AxesStandaloneBackend):
    """Refuses whoever is locked out, before the password is looked at."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            return  # nobody knocks from outside: a shell or a command
        super().authenticate(request, username, password, **kwargs)


class StaffBackend(ModelBackend):
    """Django's own, except that the demo's accounts open nothing but the demo."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user_permissions(self, user_obj, obj=None):
        # What somebody may do comes from the groups alone.
        return set()
