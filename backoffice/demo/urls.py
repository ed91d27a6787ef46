from django.urls import path

from . import views

urlpatterns = [
    path("inbox/", views.inbox, name="demo-inbox"),
    path("inbox.json", views.inbox_json, name="demo-inbox-json"),
]
