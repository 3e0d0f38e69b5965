"""The page that hands out the address of a member's calendar feed, and the feed itself."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sila.work.feeds import close_feed, feed_of_token, open_feed
from sila.work.models import Feed


def address(request: HttpRequest, workspace: str) -> HttpResponse:
    """GET: whether there is a feed. POST: a new address (`close`: none any more), shown this once."""
    fresh = ""
    if request.method == "POST":
        if "close" in request.POST:
            close_feed(by=request.actor)
        else:
            fresh = settings.ADDRESS + open_feed(by=request.actor)
    exists = Feed.objects.filter(member_id=request.actor.member_id).exists()
    return render(request, "work/feed.html", {"address": fresh, "exists": exists})


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs, which do not sign in: the secret in the address is the key."""
    content = feed_of_token(token)
    if content is None:
        raise Http404
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, max-age=300"},
    )
