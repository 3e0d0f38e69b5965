"""Addresses below /portal/<workspace>/. They are no pages of the workspace: no seat opens them."""

from django.urls import path

from sila.sales.partners.portal import entrance, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("code/<str:token>", entrance.code, name="code"),
    path("enter/<str:secret>", entrance.enter, name="enter"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("registrations/", views.registrations, name="registrations"),
    path("registrations/new", views.register, name="register"),
    path("registrations/<uuid:registration_id>", views.registration, name="registration"),
    path("leads/", views.leads, name="leads"),
    path("leads/<uuid:shared_id>", views.lead, name="lead"),
    path("prices/", views.prices, name="prices"),
    path("commission/", views.commission, name="commission"),
    path("commission/statement", views.statement, name="statement"),
    path("documents/", views.documents, name="documents"),
    path("documents/<uuid:file_id>", views.document, name="document"),
    path("profile", views.profile, name="profile"),
    path("<path:rest>", views.elsewhere, name="elsewhere"),
]
