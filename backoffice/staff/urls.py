from django.contrib import admin
from django.urls import path

from . import views

urlpatterns = [
    path("session/", views.session_view, name="session"),
    path("session/again/", views.again_view, name="session-again"),
    path("sessions/", admin.site.admin_view(views.sessions_view), name="sessions"),
]
