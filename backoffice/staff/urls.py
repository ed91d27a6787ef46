from django.contrib import admin
from django.urls import path

from . import sign_in, views

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="sign-in"),
    path("login/code/", sign_in.code_view, name="sign-in-code"),
    path("login/enrol/", sign_in.enrol_view, name="sign-in-enrol"),
    path("login/recovery-codes/", sign_in.renew_codes_view, name="recovery-codes"),
    path(
        "password_change/",
        admin.site.admin_view(views.OwnPasswordView.as_view()),
        name="own-password",
    ),
    path("session/", views.session_view, name="session"),
    path("session/again/", views.again_view, name="session-again"),
    path("sessions/", admin.site.admin_view(views.sessions_view), name="sessions"),
]
