from django.urls import path

from . import app_views, views

urlpatterns = [
    path("inbox/", views.inbox, name="demo-inbox"),
    path("inbox.json", views.inbox_json, name="demo-inbox-json"),
    path("app/", app_views.drivers_app, name="demo-app"),
    path("agit/", app_views.agit, name="demo-agit"),
]
