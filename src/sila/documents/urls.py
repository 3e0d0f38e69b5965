"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.documents import views

app_name = "documents"
urlpatterns = [
    path("files/<slug:slug>/<uuid:record_id>", views.files_of_record, name="files"),
    path("file/<uuid:file_id>", views.download, name="download"),
    path("file/<uuid:file_id>/remove", views.take_away, name="remove"),
]
