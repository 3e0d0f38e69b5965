"""The page behind the link at the end of each mail: no more mails of a kind, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.notifications.delivery import read_stop
from sila.platform.notifications.kinds import kind_of
from sila.platform.notifications.preferences import stop_mail
from sila.platform.tenancy.current import scope


@csrf_exempt  # programs for mail press it too (RFC 8058); the signed address is the proof
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, for programs look at links before people do; POST ends these mails."""
    found = read_stop(token)
    if found is None:
        return render(request, "account/link_expired.html", status=410)
    workspace, member_id, keys = found
    with scope(workspace):
        member = Member.objects.filter(id=member_id).select_related("user").first()
        if member is None:
            return render(request, "account/link_expired.html", status=410)
        if request.method == "POST":
            stop_mail(member_id, keys, by=Actor.system(workspace))
        language = (member.user.language if member.user else "") or workspace.language
        with translation.override(language):
            kinds = [kind.label for key in keys if (kind := kind_of(key))]
            shown = {
                "kinds": kinds,
                "done": request.method == "POST",
                "workspace": workspace,
                "action": request.path,
            }
            return render(request, "account/no_mail.html", shown)
