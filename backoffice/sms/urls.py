from django.urls import path

from . import views

urlpatterns = [path("<slug:gateway>/", views.delivery_reports, name="sms-reports")]
