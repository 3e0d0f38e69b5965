"""Addresses below /w/<workspace>/ for those who run the workspace, and for sharing and importing."""

from django.urls import path

from sila.project.administration.views import (
    access,
    audit,
    fields,
    imports,
    members,
    settings,
    sharing,
    tokens,
    why,
)

app_name = "administration"
urlpatterns = [
    path("members/<uuid:record_id>/do/invite", members.invitation, name="invite"),
    path("members/<uuid:record_id>/roles", members.roles, name="member-roles"),
    path("members/<uuid:record_id>/teams", members.teams, name="member-teams"),
    path("access/", access.page, name="access"),
    path("access/why", why.panel, name="why"),
    path("access/roles/new", access.new_role, name="new-role"),
    path("access/roles/<uuid:role_id>/name", access.rename, name="rename-role"),
    path("access/roles/<uuid:role_id>/reach/<slug:slug>/<slug:verb>", access.reach, name="reach"),
    path("access/roles/<uuid:role_id>/fields/<slug:slug>/<slug:name>", access.field_rule, name="field-rule"),
    path("settings/", settings.general, name="settings"),
    path("settings/brand/", settings.brand, name="brand"),
    path("settings/units/", settings.units, name="settings-units"),
    path("settings/pipelines/", settings.pipelines, name="settings-pipelines"),
    path("settings/order/<slug:slug>", settings.order, name="settings-order"),
    path("settings/fields/", fields.page, name="fields"),
    path("settings/fields/new", fields.new, name="new-field"),
    path("settings/fields/order", fields.order, name="order-fields"),
    path("settings/fields/<uuid:field_id>/", fields.edit, name="edit-field"),
    path("settings/fields/<uuid:field_id>/hide", fields.hide, name="hide-field"),
    path("settings/fields/<uuid:field_id>/show", fields.show, name="show-field"),
    path("settings/audit/", audit.page, name="audit"),
    path("settings/tokens/", tokens.page, name="tokens"),
    path("settings/tokens/new", tokens.new, name="new-token"),
    path("settings/tokens/<uuid:token_id>/revoke", tokens.revoke, name="revoke-token"),
    path("brand.css", settings.brand_stylesheet, name="brand-stylesheet"),
    path("logo", settings.logo, name="logo"),
    path("<slug:slug>/import", imports.start, name="import"),
    path("<slug:slug>/import/<uuid:run_id>", imports.columns, name="import-run"),
    path("<slug:slug>/import/<uuid:run_id>/cancel", imports.cancel, name="import-cancel"),
    path("<slug:slug>/import/<uuid:run_id>/refused", imports.refused, name="import-refused"),
    path("<slug:slug>/<uuid:record_id>/access", why.record_page, name="who"),
    path("<slug:slug>/<uuid:record_id>/share", sharing.dialog, name="share"),
    path("<slug:slug>/<uuid:record_id>/share/<uuid:grant_id>/remove", sharing.remove, name="unshare"),
]
