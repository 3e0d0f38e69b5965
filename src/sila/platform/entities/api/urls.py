from django.urls import path, re_path

from sila.platform.entities.api import exports, merges, views

urlpatterns = [
    path("openapi.json", views.openapi, name="api-openapi"),
    path("<slug:slug>", views.collection, name="api-collection"),
    path("<slug:slug>/export", exports.export, {"name": "export"}, name="api-export"),
    path("<slug:slug>/summary", views.summary, name="api-summary"),
    path("<slug:slug>/<uuid:record_id>", views.record, name="api-record"),
    path("<slug:slug>/<uuid:record_id>/merges", merges.merges, name="api-merges"),
    path("<slug:slug>/<uuid:record_id>/merges/<uuid:operation_id>", merges.one, name="api-merge"),
    path("<slug:slug>/<uuid:record_id>/<slug:name>", views.part, name="api-part"),
    path("<slug:slug>/<uuid:record_id>/<slug:name>/<uuid:row_id>", views.detail, name="api-detail"),
    path(
        "<slug:slug>/<uuid:record_id>/<slug:name>/<uuid:row_id>/<slug:verb>",
        views.detail_verb,
        name="api-detail-verb",
    ),
    re_path(r"", views.missing, name="api-missing"),
]
