from django.urls import path

from .hooks import verification_events

urlpatterns = [path("", verification_events, name="verification-events")]
