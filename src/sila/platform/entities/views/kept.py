"""All that a kept view shows, taken along into something else: a call list, a promotion."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from sila.platform.entities import listing, saved
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import registry

Views = dict[str, tuple[str, Any]]  # key -> noun and view


def kept_views(nouns: Iterable[str], context: Context) -> Views:
    """Those over the nouns that the actor sees."""
    return {
        str(view.id): (slug, view)
        for slug in nouns
        if registry[slug].shown_to(context.actor)
        for view in saved.views_of(registry[slug], context.actor)
    }


def fields_to_take(views: Views, ones: Mapping[str, Any], help: str, context: Context) -> dict[str, Field]:
    """A choice of the views, and beside it one record of each noun of `ones`, which has their labels."""
    choices = tuple(
        Choice(key, f"{registry[slug].plural}: {view.name}") for key, (slug, view) in views.items()
    )
    whole = Field("view", KINDS["choice"], _("All of a kept view"), choices=choices, help=help)
    links = [
        Field(slug, KINDS["link"], label, to=slug, title_columns=("name",))
        for slug, label in ones.items()
        if registry[slug].shown_to(context.actor)
    ]
    return {f.name: f for f in (whole, *links)}


def taken(
    views: Views, ones: Iterable[str], values: Mapping[str, Any], context: Context
) -> list[tuple[str, QuerySet[Any]]]:
    """What was chosen, as rows of a noun that the actor sees. Raises Invalid where nothing was."""
    found = []
    if chosen := values.get("view"):
        slug, view = views[chosen]
        state = saved.mended(ListState.read(QueryDict(view.query)), registry[slug], context.actor)
        found.append((slug, listing.matching(registry[slug], state, context)))
    for slug in ones:
        if values.get(slug):
            found.append((slug, registry[slug].visible_to(context.actor).filter(id=values[slug])))
    if not found:
        raise Invalid({"view": _("Choose a view, or whom to add.")})
    return found
