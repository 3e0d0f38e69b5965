"""Addresses below /w/<workspace>/ for those who run the workspace."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
