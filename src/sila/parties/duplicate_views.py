"""The page of the duplicates: what may be one, side by side, for people to decide."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.parties import automatic, deciding, duplicate_search
from sila.parties.duplicate_queue import kinds_of, pairs_of, queue
from sila.parties.duplicates import SLUGS
from sila.parties.models import DuplicatePair
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, fragment, workspace_view
from sila.platform.entities.views.fields import dialog

Decision = DuplicatePair.Decision
ADDRESSES = {"different": Decision.DIFFERENT, "later": Decision.LATER, "open": Decision.OPEN}


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    kinds = kinds_of(context.actor)
    if not kinds:
        raise NotAllowed
    kind = request.GET.get("kind") or kinds[0]
    if kind not in kinds:
        raise NotAllowed if kind in duplicate_search.KINDS else NotFound
    later = "later" in request.GET
    shown = {
        "title": _("Duplicates"),
        "tabs": _tabs(kinds, kind, later),
        "pairs": queue(kind, context, Decision.LATER if later else Decision.OPEN),
        "later": later,
        "search": _search(kind, context),
        "url": request.get_full_path(),
        "rules_url": f"/w/{context.reader.slug}/duplicates/rules?kind={kind}"
        if context.actor.is_admin
        else "",
    }
    return fragment(request, "parties/duplicates.html", {"duplicates": shown})


def _tabs(kinds: list[str], kind: str, later: bool) -> list[dict[str, Any]]:
    tabs = [
        {"label": registry[SLUGS[each]].plural, "url": f"?kind={each}", "active": each == kind and not later}
        for each in kinds
    ]
    return [*tabs, {"label": _("Later"), "url": f"?kind={kind}&later", "active": later}]


def _search(kind: str, context: Context) -> dict[str, Any] | None:
    """The search through everything: that it runs, or the button that begins it."""
    if not context.actor.can(SLUGS[kind], "bulk"):
        return None
    job = duplicate_search.under_way()
    share = 100 * job.progress // job.total if job and job.total else 0
    url = f"/w/{context.actor.workspace.slug}/duplicates/search?kind={kind}"
    return {"running": job is not None, "share": min(share, 100), "url": url}


@require_POST
@workspace_view
def search(request: WorkspaceRequest, context: Context) -> HttpResponse:
    kind = request.GET.get("kind", "")
    if kind not in kinds_of(context.actor) or not context.actor.can(SLUGS[kind], "bulk"):
        raise NotAllowed
    with transaction.atomic():
        duplicate_search.begin(by=context.actor)
    return done(_("The search has begun."))


@workspace_view
def rules(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """GET and POST of the dialog in which an administrator says what may be merged without asking."""
    kind = request.GET.get("kind", "")
    if kind not in kinds_of(context.actor) or not context.actor.is_admin:
        raise NotAllowed
    known = {name: each for name, each in automatic.EVIDENCE.items() if kind in each.kinds}
    if request.method == "POST":
        automatic.allow(kind, {name for name in known if request.POST.get(name)}, by=context.actor)
        return done(_("Saved."))
    fields = {name: Field(name, KINDS["bool"], each.label) for name, each in known.items()}
    return dialog(
        request,
        _("Merge without asking"),
        fields,
        dict.fromkeys(automatic.allowed(kind), True),
        context,
        action=request.get_full_path(),
    )


@require_POST
@workspace_view
def decide(request: WorkspaceRequest, context: Context, pair_id: UUID, decision: str) -> HttpResponse:
    """Strangers to one of the two get 404, as everywhere."""
    pair = DuplicatePair.objects.filter(id=pair_id).exclude(decision=Decision.SAME).first()
    if pair is None or decision not in ADDRESSES:
        raise NotFound
    seen = pairs_of(pair.kind, context.actor, pair.decision).filter(id=pair.id)
    if not seen.exists():
        raise NotFound
    before = pair.decision or "open"
    deciding.decide(pair, ADDRESSES[decision], by=context.actor)
    undo = f"/w/{context.actor.workspace.slug}/duplicates/{pair.id}/{before}"
    told = {
        "different": _("Kept apart for ever."),
        "later": _("Put aside for later."),
        "open": _("Taken back."),
    }
    return done(told[decision], undo_url="" if decision == "open" else undo)
