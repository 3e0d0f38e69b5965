"""Addresses below /w/<workspace>/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
