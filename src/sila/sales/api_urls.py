"""Addresses below /api/v1/."""

from django.urls import path

from sila.sales.leads.mail.api import mail

urlpatterns = [path("leads/mail", mail, name="api-lead-mail")]
