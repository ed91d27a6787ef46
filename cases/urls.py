from django.contrib import admin
from django.urls import path

from .call import call_view, number_is_sealed

urlpatterns = [
    path(
        "",
        number_is_sealed(
            admin.site.admin_view(lambda request: call_view(request, admin.site)),
        ),
        name="call",
    )
]
