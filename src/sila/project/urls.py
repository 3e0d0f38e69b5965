"""Addresses. /w/<workspace>/ for people, /api/v1/ for machines, both from the registry of entities."""

from django.urls import include, path

from sila.project import installed, views
from sila.project.administration.views import account
from sila.project.no_mail import no_mail
from sila.sales.leads.capture.views import embed, page
from sila.sales.partners.portal import views as portal
from sila.sales.quotes import door
from sila.work.views.feed import feed

urlpatterns = [
    path("", views.home, name="home"),
    path("start", installed.start, name="start"),
    path("manifest.webmanifest", installed.manifest_file, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline", installed.offline, name="offline"),
    path("workspaces", views.workspaces, name="workspaces"),
    path("enter/<str:token>", views.enter, name="enter"),
    path("join/<str:token>", views.join, name="join"),
    path("account", account.page, name="account"),
    path("preferences", views.preferences, name="preferences"),
    path("accounts/", include("allauth.urls")),
    path("no-mail/<str:token>", no_mail, name="no-mail"),
    path("quote/<str:token>", door.page, name="customer-quote"),
    path("quote/<str:token>/pdf", door.paper, name="customer-quote-pdf"),
    path("portal/<str:workspace>", portal.begin, name="portal"),
    path("portal/<str:workspace>/", include("sila.sales.partners.portal.urls")),
    path("feed/<str:token>.ics", feed, name="feed"),
    path("f/<str:key>", page, name="lead-form"),
    path("f/<str:key>/embed.js", embed, name="lead-form-script"),
    path("api/v1/", include("sila.platform.notifications.api_urls")),
    path("api/v1/", include("sila.sales.api_urls")),
    path("api/v1/", include("sila.work.approvals.api_urls")),
    path("api/v1/", include("sila.platform.entities.api.urls")),
    path("w/<slug:workspace>/", include("sila.work.urls")),
    path("w/<slug:workspace>/", include("sila.parties.urls")),
    path("w/<slug:workspace>/", include("sila.documents.urls")),
    path("w/<slug:workspace>/", include("sila.sales.urls")),
    path("w/<slug:workspace>/", include("sila.team.urls")),
    path("w/<slug:workspace>/", include("sila.insight.urls")),
    path("w/<slug:workspace>/", include("sila.project.administration.urls")),
    path("w/<slug:workspace>/", include("sila.platform.notifications.urls")),
    path("w/<slug:workspace>/", include("sila.platform.entities.urls")),
]

handler400 = "sila.project.errors.bad_request"
handler403 = "sila.project.errors.forbidden"
handler404 = "sila.project.errors.not_found"
handler500 = "sila.project.errors.server_error"
