from django.contrib import admin
from django.db.models import F

from backoffice.site import ModelAdmin
from cases.models import ConsultationType


@admin.register(ConsultationType)
class ConsultationTypeAdmin(ModelAdmin):
    list_display = ["path", "is_leaf", "position"]
    list_filter = ["is_leaf"]
    # Where the position counts: among the children of one node. No heading stands for that.
    sortable_by = ()
    ordering = [F("parent__path").asc(nulls_first=True), "position", "path"]
    fields = ["parent", "name", "is_leaf", "position"]

    def get_readonly_fields(self, request, obj=None):
        # Cases are counted by it: a node keeps its name and its place in the tree.
        return [] if obj is None else ["parent", "name"]

    def has_delete_permission(self, request, obj=None):
        return False
