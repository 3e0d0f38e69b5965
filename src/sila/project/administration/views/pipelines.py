"""What is put in order by hand: pipelines with their stages, and reasons."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, fragment
from sila.project.administration.actions.workspace import put_in_order
from sila.project.administration.door import admin_page
from sila.project.administration.navigation import sections

REASONS = ("loss-reasons", "disqualify-reasons")


@require_GET
@admin_page
def pipelines(request: HttpRequest, context: Context) -> HttpResponse:
    """Every pipeline with its stages, and the reasons of losses and of leads that come to nothing, each in its order."""
    stages = list(registry["stages"].rows().order_by("order", "id"))
    lists = [
        _ordered(
            context,
            "stages",
            str(pipeline),
            [stage for stage in stages if stage.pipeline_id == pipeline.id],
            new=f"stages/new?pipeline={pipeline.id}",
            url=f"pipelines/{pipeline.id}/",
        )
        for pipeline in registry["pipelines"].rows().order_by("order", "id")
    ]
    lists += [
        _ordered(
            context,
            slug,
            str(registry[slug].plural),
            registry[slug].rows().order_by("order", "id"),
            new=f"{slug}/new",
            url=f"{slug}/",
        )
        for slug in REASONS
    ]
    page = {
        "title": _("Pipelines and stages"),
        "lists": lists,
        "new_url": f"/w/{context.reader.slug}/pipelines/new",
    }
    return fragment(
        request, "administration/pipelines.html", {"sections": sections(context, "pipelines"), "page": page}
    )


def _ordered(
    context: Context, slug: str, title: str, rows: Iterable[Any], *, new: str, url: str
) -> dict[str, Any]:
    base = f"/w/{context.reader.slug}/"
    items = [
        {
            "id": row.id,
            "name": str(row),
            "url": f"{base}{slug}/{row.id}/",
            "hint": f"{row.probability}%" if slug == "stages" else "",
        }
        for row in rows
    ]
    return {
        "title": title,
        "rows": items,
        "new_url": base + new,
        "url": base + url,
        "order_url": f"{base}settings/order/{slug}",
    }


@require_POST
@admin_page
def order(request: HttpRequest, context: Context, slug: str) -> HttpResponse:
    if slug not in ("stages", "pipelines", *REASONS):
        raise Http404
    try:
        ids = [UUID(text) for text in request.POST.getlist("id")]
    except ValueError as error:
        raise Invalid({"": _("This record was not found.")}) from error
    put_in_order(registry[slug], ids, by=context.actor)
    return done(close=False)
