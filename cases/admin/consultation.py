from django.contrib import admin

from backoffice.site import ModelAdmin
from cases.models import ConsultationType


@admin.register(ConsultationType)
class ConsultationTypeAdmin(ModelAdmin):
    list_display = ["path", "is_leaf", "position"]
    list_filter = ["is_leaf"]
    ordering = ["path"]

    def get_readonly_fields(self, request, obj=None):
        # Cases are counted by it: a node keeps its name and its place in the tree.
        return [] if obj is None else ["parent", "name"]

    def has_delete_permission(self, request, obj=None):
        return False
