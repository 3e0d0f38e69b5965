from django.urls import path

from sila.platform.entities.views import (
    boards,
    bulk,
    changes,
    details,
    exports,
    forms,
    lists,
    palette,
    pick,
    records,
    views,
)

app_name = "entities"
urlpatterns = [
    path("palette", palette.palette, name="palette"),
    path("quick", palette.quick, name="quick"),
    path("operations/", bulk.operations, name="operations"),
    path("operations/<uuid:operation_id>/", bulk.operation, name="operation"),
    path("operations/<uuid:operation_id>/stop", bulk.stop, name="operation-stop"),
    path("operations/<uuid:operation_id>/undo", bulk.take_back, name="operation-undo"),
    path("<slug:slug>/", lists.list_page, name="list"),
    path("<slug:slug>/columns", lists.columns, name="columns"),
    path("<slug:slug>/filter", lists.filter_builder, name="filter"),
    path("<slug:slug>/apply-filter", lists.apply_filter, name="apply-filter"),
    path("<slug:slug>/views/new", views.new, name="view-new"),
    path("<slug:slug>/views/<uuid:view_id>/", views.edit, name="view-edit"),
    path("<slug:slug>/views/<uuid:view_id>/remove", views.remove, name="view-remove"),
    path("<slug:slug>/views/<uuid:view_id>/restore", views.restore, name="view-restore"),
    path("<slug:slug>/bulk/edit", bulk.edit, name="bulk-edit"),
    path("<slug:slug>/bulk/trash", bulk.trash, name="bulk-trash"),
    path("<slug:slug>/export", exports.export, name="export"),
    path("<slug:slug>/board", boards.board_page, name="board"),
    path("<slug:slug>/new", forms.new, name="new"),
    path("<slug:slug>/duplicates", forms.duplicates, name="duplicates"),
    path("<slug:slug>/pick", pick.pick, name="pick"),
    path("<slug:slug>/<uuid:record_id>/", records.record_page, name="record"),
    path("<slug:slug>/<uuid:record_id>/peek", records.peek, name="peek"),
    path("<slug:slug>/<uuid:record_id>/timeline", records.timeline, name="timeline"),
    path("<slug:slug>/<uuid:record_id>/edit", forms.edit, name="edit"),
    path("<slug:slug>/<uuid:record_id>/fields/<slug:name>/", changes.field, name="field"),
    path("<slug:slug>/<uuid:record_id>/stage/", boards.stage, name="stage"),
    path("<slug:slug>/<uuid:record_id>/do/<slug:name>", changes.act, name="act"),
    path("<slug:slug>/<uuid:record_id>/<slug:name>/new", details.add, name="detail-add"),
    path(
        "<slug:slug>/<uuid:record_id>/<slug:name>/<uuid:row_id>/<slug:verb>", details.act, name="detail-act"
    ),
    path("<slug:slug>/<uuid:record_id>/trash", changes.trash, name="trash"),
    path("<slug:slug>/<uuid:record_id>/restore", changes.restore, name="restore"),
]
