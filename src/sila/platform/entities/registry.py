"""The declaration of a noun, and the registry that every engine iterates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils.module_loading import module_has_submodule

from sila.platform.access.actor import Actor
from sila.platform.access.belonging import Belonging, declare
from sila.platform.access.policy import Reach
from sila.platform.entities.declaring import Action as Action
from sila.platform.entities.declaring import Detail as Detail
from sila.platform.entities.declaring import Related as Related
from sila.platform.entities.declaring import View as View
from sila.platform.entities.fields import (
    ConditionsField,
    CoordinatesField,
    CurrencyField,
    MoneyField,
    PhoneField,
    RepetitionField,
    TagsField,
)  # fmt: skip
from sila.platform.entities.kinds import KINDS, Choice, ChoicesNow, CurrencyChoice, Field, Text
from sila.platform.entities.models import Record
from sila.platform.kit.apps import App
from sila.platform.tenancy.fields import Link

Changes = dict[str, Any]  # field name -> old value
Rule = Callable[[Any, Changes, Actor], None]

STAMPS = ("created_at", "updated_at")
OWNERSHIP = ("owner", "org_unit", "source")


@dataclass(frozen=True)
class Entity:
    """One noun, declared once. See docs/entities.md.

    `where` narrows the model's rows (people are parties of kind person). `sections` says which fields there
    are and how the page groups them; empty, every editable field of the model. `rules` run before a save and
    may raise Invalid or derive columns; `effects` run after it, in the same transaction.
    """

    model: type[models.Model]
    slug: str
    icon: str = "circle"
    label: Text = ""
    label_plural: Text = ""
    columns: tuple[str, ...] = ()
    sections: Mapping[Text, tuple[str, ...]] = field(default_factory=dict)
    own_section: Text | None = None  # where the workspace's own fields stand, unless in a group of theirs
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()  # what people call a record by: links in files are found by these
    keys_within: str = ""  # the link inside which a name is one only: a stage's pipeline
    # By which of the keys an imported row is a record that is there (None: all); of several fields, all agree.
    match: tuple[str | tuple[str, ...], ...] | None = None
    read_only: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()  # what nobody types, and a new record brings along from a file
    mentions: tuple[str, ...] = ()  # texts in which an @ names a colleague, who is told
    title: tuple[str, ...] = ("name",)
    subtitle: str = ""
    told_apart: tuple[str, ...] = ()  # what tells records of one name apart: the first that are filled in
    sort: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    tended: Mapping[str, Any] = field(default_factory=dict)  # which can grow stale: of deals, the open ones
    slice_of: str = ""
    belongs_to: str = ""  # the link to the record by which rights on these rows are decided: a line's quote
    guarded: bool = False  # what belongs to a record is seen by those alone who may change it
    board_by: str = ""  # a choice; needs an index that ends in it and the id
    board_where: Mapping[str, Any] = field(default_factory=dict)  # what a board without conditions shows
    dated: tuple[str, ...] = ()  # days that follow from others, and by which a calendar can go too
    board: Callable[..., dict[str, Any]] | None = None  # board(entity, rows, context, params): _board.html
    stages: Callable[..., list[dict[str, Any]] | None] | None = None  # a record's stepper: record.html
    flags: Callable[..., list[dict[str, Any]]] | None = None  # notices on a record, see record.html
    sheet: Callable[..., dict[str, Any]] | None = (
        None  # (record, context) -> its "template" over the page's columns
    )
    tones: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field -> choice -> kinds.TONES
    views: tuple[View, ...] = ()
    timeline: bool = True
    menu: Text = ""
    panels: tuple[str, ...] = ()  # templates of extra panels on the record's page
    panel_data: Callable[..., list[dict[str, Any]]] | None = None
    related: tuple[Related, ...] = ()
    actions: tuple[Action, ...] = ()
    details: tuple[Detail, ...] = ()
    rules: tuple[Rule, ...] = ()
    effects: tuple[Rule, ...] = ()
    on_trash: Callable[[Any, Actor], None] | None = None  # of a record that went into the trash, or came back
    duplicates: Callable[..., Any] | None = None
    crowd: Callable[..., Any] | None = None  # whom the rows of an import may be (importing/alike.py)
    narrow: Callable[[Any], str] | None = None  # of a mixed row, the slug of its own entity
    together: bool = False  # its rules and effects do not read other new records: imports write many at once
    creatable: bool = True
    trashable: bool = True
    mergeable: bool = True  # whether two of them can be one and the same: customers can, papers cannot

    @property
    def name(self) -> Text:
        return self.label or self.model._meta.verbose_name  # type: ignore[return-value]

    @property
    def plural(self) -> Text:
        return self.label_plural or self.model._meta.verbose_name_plural  # type: ignore[return-value]

    @cached_property
    def owned(self) -> bool:
        return issubclass(self.model, Record)

    @property
    def marks(self) -> tuple[str, ...]:
        """The columns that tell how good its records are; none where they are not graded."""
        return getattr(self.model, "marks", ())

    # ---- fields ------------------------------------------------------------------------------------
    @cached_property
    def model_fields(self) -> dict[str, Field]:
        """The fields of the model that this entity shows, in the order of its sections."""
        owned = (*OWNERSHIP, *self.marks) if self.owned else ()
        names = list(dict.fromkeys([*self._listed(), *owned, *STAMPS]))
        return {name: field_of(self, name) for name in names if not name.startswith("_")}

    def _listed(self) -> Iterator[str]:
        if self.sections:
            for names in self.sections.values():
                yield from names
            yield from self.columns
            return
        hidden = {"id", "tenant", "version", "custom", "deleted_at", "pk", *OWNERSHIP, *STAMPS}
        links = {f"{f.name}_id" for f in self.model._meta.fields if isinstance(f, Link)}
        for f in self.model._meta.get_fields():
            if isinstance(f, models.Field) and f.editable and f.name not in hidden | links:
                yield f.name

    @property
    def fields(self) -> dict[str, Field]:
        """The model's fields and those that the current workspace added. To be read, not changed."""
        return _own().all_fields(self)

    @property
    def own_fields(self) -> dict[str, Field]:
        """Those that the current workspace added."""
        return _own().fields_of(self.slug)

    @property
    def listed(self) -> tuple[str, ...]:
        """The columns of a list whose reader has not chosen any."""
        return (*self.columns, *(name for name, f in self.own_fields.items() if f.in_list))

    @property
    def begun_with(self) -> tuple[str, ...]:
        """The fields of the small form that begins a record."""
        return (*self.quick, *(name for name, f in self.own_fields.items() if f.in_quick))

    def readable(self, actor: Actor) -> dict[str, Field]:
        """The fields that the actor may see; those it may not write are marked read-only. A mixed noun is as closed
        as the most closed of its parts."""
        parts = (part.slug for part in self.slices()) if actor.policy.fields else ()
        rules = actor.policy.rules(self.slug, *parts)
        if not rules:
            return self.fields
        allowed = {}
        for name, f in self.fields.items():
            access = rules.get(name, "write")
            if access != "hidden":
                allowed[name] = replace(f, read_only=True) if access == "read" else f
        return allowed

    # ---- rows --------------------------------------------------------------------------------------
    def rows(self, *, trashed: bool = False) -> QuerySet[Any]:
        """All live rows of the workspace, whoever may see them; `trashed`: those in the trash too."""
        live = {} if trashed else {"deleted_at": None}
        return self.model._default_manager.filter(**live, **self.where)

    def visible_to(self, actor: Actor, verb: str = "view", *, trashed: bool = False) -> QuerySet[Any]:
        """The live rows that the actor may see (or `verb`), decided in SQL. The one door for reads."""
        rows = self.rows(trashed=trashed)
        if not self._mixed:
            return actor.restrict(rows, self.slug, verb)
        if all(actor.policy.reach(entity.slug, verb) == Reach.ALL for entity in self.slices()):
            return rows
        ids = models.Q(pk__in=[])  # a mixed entity shows what its slices show: each by its own rule
        for entity in self.slices():
            seen = actor.restrict(entity.rows(trashed=trashed), entity.slug, verb)
            ids |= models.Q(id__in=seen.order_by().values("id"))
        return rows.filter(ids)

    def shown_to(self, actor: Actor) -> bool:
        """Whether there may be something to see: by the actor's roles, or as a record that is shared with them."""
        return (
            bool(self.narrow) or actor.can(self.slug, "view") or (self.owned and actor.shared_some(self.slug))
        )

    def open_to(self, actor: Actor) -> bool:
        """Whether every name is open to the actor. What has no owner (stages, colleagues) is a word of what leads to it."""
        nouns = self.slices() if self._mixed else [self]
        return not (self.owned or self.belongs_to) or all(
            actor.policy.reach(noun.slug, "view") == Reach.ALL for noun in nouns
        )

    @property
    def _mixed(self) -> bool:
        return self.slice_of == "" and self.narrow is not None

    def slices(self) -> list["Entity"]:
        """The parts of a mixed noun."""
        return [entity for entity in registry if entity.slice_of == self.slug]

    def detail(self, name: str) -> Detail | None:
        return next((detail for detail in self.details if detail.name == name), None)

    def closable(self) -> dict[str, Text]:
        """What a role may close, by its name in a rule: fields but for the title, and small rows with a rule."""
        fields = {name: f.label for name, f in self.fields.items() if name not in (*self.title, *STAMPS)}
        return fields | {detail.name: detail.ruled for detail in self.details if detail.ruled}

    def title_of(self, record: Any, language: str = "") -> str:
        """What the record is called; in English by its English name, if it has one."""
        get = record.get if isinstance(record, dict) else lambda name: getattr(record, name, "")
        english = get("name_en") if language == "en" and "name_en" in self.title else ""
        return str(english or get(self.title[0]) or "")

    def url(self, slug: str, record_id: UUID | str | None = None, tail: str = "") -> str:
        base = f"/w/{slug}/{self.slug}/"
        return f"{base}{record_id}/{tail}" if record_id else base + tail


def field_of(entity: Entity, name: str) -> Field:
    """The Field of a model's field. A misspelt name raises FieldDoesNotExist when the system checks run."""
    f: Any = entity.model._meta.get_field(name)
    called = f.verbose_name
    label = called[:1].upper() + called[1:] if isinstance(called, str) else called
    auto = not f.editable or name in entity.read_only
    common: dict[str, Any] = {
        "name": name,
        "label": label,
        "help": f.help_text,
        "read_only": auto,
        "nullable": f.null,
        "required": not f.blank and not f.has_default() and not auto,
        "unique": f.unique,
        "total": getattr(f, "in_totals", "sum"),
        "extra": {"mentions": True} if name in entity.mentions else {},
        "default": f.get_default() if f.has_default() and not callable(f.default) else None,
    }
    return Field(**common | _shape(entity, f))


def _shape(entity: Entity, f: Any) -> dict[str, Any]:
    """What the model field's class says: its kind and the kind's particulars."""
    if isinstance(f, Link):
        target = registry.of_link(entity, f)
        kind = "member" if target.slug == "members" else "link"
        shape = {"kind": KINDS[kind], "to": target.slug, "title_columns": target.title, "nullable": f.null}
        return shape | ({"extra": {"prefer": f.prefer}} if f.prefer else {})
    if hasattr(f, "options"):
        several = KINDS["choices" if isinstance(f, TagsField) else "choice"]
        return {"kind": several, "choices": as_choices(f.options, entity.tones.get(f.name))}
    if f.choices:
        choice = CurrencyChoice() if isinstance(f, CurrencyField) else KINDS["choice"]
        choices = as_choices(f.flatchoices, entity.tones.get(f.name))
        return {"kind": choice, "choices": choices, "max_length": f.max_length}
    if isinstance(f, MoneyField):
        return {"kind": KINDS["money"], "currency": f.currency}
    if isinstance(f, (PhoneField, RepetitionField, ConditionsField, CoordinatesField)):
        noun = {"extra": {"noun": f.noun}} if isinstance(f, ConditionsField) else {}
        return {"kind": KINDS[f.kind], "max_length": f.max_length, **noun}
    for model_class, kind in (
        (models.DateTimeField, "datetime"),
        (models.DateField, "date"),
        (models.TimeField, "time"),
        (models.BooleanField, "bool"),
        (models.EmailField, "email"),
        (models.URLField, "url"),
        (models.TextField, "longtext"),
    ):
        if isinstance(f, model_class):
            return {"kind": KINDS[kind], "max_length": getattr(f, "max_length", None)}
    if isinstance(f, models.IntegerField):
        most = 32767 if "Small" in type(f).__name__ else 2**31 - 1
        least = 0 if "Positive" in type(f).__name__ else -most
        return {"kind": KINDS["number"], "extra": {"integer": True, "min": least, "max": most}}
    if isinstance(f, models.DecimalField):
        return {
            "kind": KINDS["number"],
            "extra": {"places": f.decimal_places, "whole": f.max_digits - f.decimal_places},
        }
    twin = f"{f.name}_fold"
    return {
        "kind": KINDS["text"],
        "max_length": f.max_length,
        "sort_column": twin if any(other.name == twin for other in entity.model._meta.fields) else f.name,
    }


def as_choices(pairs: Any, tones: Mapping[str, str] | None = None) -> Sequence[Choice]:
    return (
        ChoicesNow(pairs)
        if callable(pairs)
        else tuple(Choice(str(pair[0]), pair[1], (tones or {}).get(pair[0], "")) for pair in pairs)
    )


# ---- the registry ----------------------------------------------------------------------------------
@cache
def _own() -> Any:
    from sila.platform.entities import own  # what the workspace added is made of what stands here

    return own


class Registry:
    """The nouns that the code declares, then those of the current workspace (see own.py)."""

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}

    def add(self, entity: Entity) -> Entity:
        if entity.slug in self._entities:
            raise ValueError(f"The entity {entity.slug} is declared twice.")
        self._entities[entity.slug] = entity
        if entity.belongs_to:
            model: Any = entity.model._meta.get_field(entity.belongs_to).related_model
            declare(entity.slug, Belonging(self.of_model(model).slug, entity.belongs_to, entity.guarded))
        return entity

    @property
    def declared(self) -> tuple[Entity, ...]:
        return tuple(self._entities.values())

    def __getitem__(self, slug: str) -> Entity:
        return self._entities[slug] if slug in self._entities else _own().nouns()[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._entities or slug in _own().nouns()

    def __iter__(self) -> Iterator[Entity]:
        yield from self._entities.values()
        yield from _own().nouns().values()

    def get(self, slug: str) -> Entity | None:
        return self._entities.get(slug) or _own().nouns().get(slug)

    def of_model(self, model: type[models.Model]) -> Entity:
        """The entity that speaks for all rows of a model: the one without `where`."""
        for entity in self:
            if entity.model is model and not entity.where:
                return entity
        raise LookupError(f"No entity is declared for {model.__name__}.")

    def of_link(self, entity: Entity, link: Link) -> Entity:
        """Where a link leads. `limit_choices_to` on the link narrows it to a slice."""
        limits: Any = link.get_limit_choices_to()
        narrowed = dict(limits or {})
        for candidate in self:
            if candidate.model is link.related_model and dict(candidate.where) == narrowed:
                return candidate
        return self.of_model(link.related_model)

    def discover(self) -> None:
        """Bring in the nouns of every app, the lowest first: that is also the order of the menu. Of one that says nothing
        they are in `entities`."""
        for config in reversed(list(apps.get_app_configs())):
            if isinstance(config, App):
                config.bring_in(config.nouns)
            elif config.name.startswith("sila.") and module_has_submodule(config.module, "entities"):
                import_module(f"{config.name}.entities")


registry = Registry()
register = registry.add
