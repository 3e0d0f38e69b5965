"""What needs care: which records, the worst first, and what is wrong with each, as far as its reader may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import linked
from sila.platform.entities.fields import RARE
from sila.platform.entities.kinds import Context, Field, Row
from sila.platform.entities.leading import having as having_value
from sila.platform.entities.order import Order
from sila.platform.entities.paging import page
from sila.platform.entities.quality import rules
from sila.platform.entities.quality.grading import EMPTY, Flaw, fresh_since
from sila.platform.entities.quality.keeping import having
from sila.platform.entities.quality.models import QualityRule
from sila.platform.entities.quality.plan import active_rules, graded, measure_of
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate

SHOWN = 20
COUNTED = 1_000  # of a tab; then "1,000+"
GOOD, FAIR = 80, 50
BESIDE = ("quality", "flaws", "touched_at", "snoozed_until")
WHOSE = ("mine", "team", "all")
KINDS: dict[str, Promise] = {
    "": pgettext_lazy("records", "All"),
    "incomplete": pgettext_lazy("records", "Incomplete"),
    "stale": pgettext_lazy("records", "Stale"),
    "unreachable": pgettext_lazy("records", "Unreachable"),
    "breaks": pgettext_lazy("records", "Breaking a rule"),
    "later": pgettext_lazy("records", "Put off"),
}
FLAWS = {
    "incomplete": Flaw.INCOMPLETE,
    "unreachable": Flaw.UNREACHABLE,
    "breaks": Flaw.BREAKS,
    "later": Flaw.PUT_OFF,
}


def nouns_of(actor: Actor) -> list[Entity]:
    """Whose records the actor may put right."""
    return [noun for noun in registry if noun.narrow is None and open_to(noun, actor)]


def open_to(noun: Entity, actor: Actor) -> bool:
    """A role may hide the score, and with it the list. A noun without a score has one once it has a rule."""
    if not actor.can(noun.slug, "edit"):
        return False
    return "quality" in noun.readable(actor) if graded(noun) else bool(rules.sound(noun))


def kinds_of(noun: Entity) -> dict[str, Promise]:
    """The tabs. Without a score there is one thing that can be wrong."""
    return KINDS if graded(noun) else {"breaks": KINDS["breaks"]}


@dataclass(frozen=True)
class Wanted:
    """Which records of the worklist are asked for."""

    whose: str = "mine"
    kind: str = ""
    rule: str = ""  # the key of a rule that they break
    after: str = ""


def rows_of(noun: Entity, wanted: Wanted, context: Context) -> QuerySet[Any]:
    """The rows that the actor may put right. Each kind has an index that gives the worst first."""
    actor, today = context.actor, context.reader.today
    rows = noun.visible_to(actor, "edit").filter(**noun.tended)
    if noun.owned and wanted.whose == "mine":
        rows = rows.filter(owner_id=actor.member_id)
    elif noun.owned and wanted.whose == "team":
        rows = rows.filter(owner_id__in={actor.member_id, *actor.policy.mates})
    if not graded(noun):
        keys = [wanted.rule] if wanted.rule else [each.key for each in rules.sound(noun)]
        return rows.filter(having_value(CustomValue.objects.filter(field__in=keys)))
    if wanted.kind == "later":
        rows = rows.filter(snoozed_until__gt=today)
    else:
        rows = rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=today))
    if wanted.rule:
        return rows.filter(having_value(CustomValue.objects.filter(field=wanted.rule)))
    if wanted.kind == "stale":
        return rows.filter(touched_at__lt=fresh_since(measure_of(noun)))
    if wanted.kind == "":
        return rows.filter(quality__lt=100)
    flaw = FLAWS[wanted.kind]
    rows = rows.filter(quality__lt=100) if flaw < RARE else rows.filter(flaws__gte=RARE)
    bit, found = having(flaw)
    return rows.annotate(**bit).filter(found)


def counted(noun: Entity, wanted: Wanted, context: Context) -> str:
    """How many, up to a thousand. The order keeps the databases at the index of the worklist, which has few of the rare
    kinds; without it they may walk all records of the owner."""
    number = (
        rows_of(noun, wanted, context).order_by(_by(noun, wanted), "id")[: COUNTED + 1].values("id").count()
    )
    shown = format_number(min(number, COUNTED), digits=context.reader.digits)
    return f"{shown}+" if number > COUNTED else shown


def _by(noun: Entity, wanted: Wanted) -> str:
    if not graded(noun):
        return "id"
    return "touched_at" if wanted.kind == "stale" and not wanted.rule else "quality"


def items(noun: Entity, wanted: Wanted, context: Context) -> tuple[list[dict[str, Any]], str]:
    """A page of the worklist, and the cursor of the next. As many queries for one record as for twenty."""
    fields = noun.readable(context.actor)
    columns = [column for f in _needed(noun, fields) for column in f.columns()]
    beside = (*(BESIDE if graded(noun) else ()), "custom", *noun.title)
    order = Order(_by(noun, wanted), not graded(noun), nullable=False)  # without a score, the newest first
    found = page(noun, rows_of(noun, wanted, context), (*columns, *beside), order, wanted.after, size=SHOWN)
    linked.close(found.rows, _needed(noun, fields), context.actor)
    return [_item(noun, row, fields, context) for row in found.rows], found.next


def _needed(noun: Entity, fields: Mapping[str, Field]) -> list[Field]:
    places = (rule.field for rule in active_rules() if rule.entity == noun.slug)
    names = dict.fromkeys([*measure_of(noun).weights, *places, noun.subtitle, "owner"])
    return [fields[name] for name in names if name in fields]


def _item(noun: Entity, row: Row, fields: Mapping[str, Field], context: Context) -> dict[str, Any]:
    owner, subtitle = fields.get("owner"), fields.get(noun.subtitle)
    return {
        "id": row["id"],
        "title": noun.title_of(row) or "–",
        "url": noun.url(context.reader.slug, row["id"]),
        "hint": subtitle.kind.plain(subtitle, row, context.reader) if subtitle else "",
        "owner": owner.kind.plain(owner, row, context.reader) if owner else "",
        **told(noun, row, fields, context),
    }


# ---- one record --------------------------------------------------------------------------------------
def told(noun: Entity, row: Row, fields: Mapping[str, Field], context: Context) -> dict[str, Any]:
    """The score of a row, what is missing and what else is wrong. A noun without a score can only break rules."""
    if not graded(noun):
        broken, others = _broken(noun, row, Flaw.BREAKS, context)
        places = gaps(noun, row, fields, [rule.field for rule in broken])
        return {"score": None, "gaps": places, "flags": _of_rules(broken, others)}
    score, flaws = row["quality"], Flaw(row["flaws"] or 0)
    broken, others = _broken(noun, row, flaws, context)
    return {
        "score": score,
        "shown": format_number(score or 0, digits=context.reader.digits),
        "level": level(score),
        "gaps": gaps(noun, row, fields, [rule.field for rule in broken]),
        "flags": [*_of_rules(broken, others), *_flags(row, flaws, context)],
        "fresh": "" if flaws & Flaw.STALE else _touched(row, context),
    }


def level(score: int | None) -> str:
    return "good" if (score or 0) >= GOOD else "fair" if (score or 0) >= FAIR else "poor"


def gaps(noun: Entity, row: Row, fields: Mapping[str, Field], places: Iterable[str] = ()) -> list[Field]:
    """The fields that the reader may fill in: what counts and is empty, the weightiest first, after the `places` where
    rules say that something is wrong."""
    weights = measure_of(noun).weights
    empty = [name for name in weights if name in fields and fields[name].read(row) in EMPTY]
    names = dict.fromkeys([*places, *sorted(empty, key=lambda name: -weights[name])])
    return [f for name in names if (f := fields.get(name)) and not f.read_only and f.read(row) in EMPTY]


def _broken(noun: Entity, row: Row, flaws: Flaw, context: Context) -> tuple[list[QualityRule], bool]:
    """The rules that it breaks, as far as all that they look at is open to the reader; whether there are others."""
    if not flaws & Flaw.BREAKS:
        return [], False
    known = {rule.key: rule for rule in active_rules()}
    broken = rules.broken_by(noun, row["custom"] or {})
    told = [known[each.key] for each in broken if rules.told_to(each, context.actor)]
    return told, len(told) < len(broken)


def _of_rules(told: list[QualityRule], others: bool) -> list[dict[str, Any]]:
    texts = [str(rule) for rule in told]
    if others:
        texts.append(_("It breaks a rule that looks at what you may not see."))
    return [{"text": text, "icon": "alert-triangle", "kind": "bad"} for text in texts]


def _flags(row: Row, flaws: Flaw, context: Context) -> list[dict[str, Any]]:
    found = []
    if flaws & Flaw.UNREACHABLE:
        text = _("The first phone or e-mail does not work")
        found.append({"text": text, "icon": "plug-connected-x", "kind": "bad"})
    if flaws & Flaw.STALE:
        found.append({"text": _touched(row, context), "icon": "clock", "kind": "warn"})
    if flaws & Flaw.PUT_OFF and row["snoozed_until"] and row["snoozed_until"] > context.reader.today:
        day = isolate(context.reader.day(row["snoozed_until"]))
        found.append({"text": _("Put off until %(day)s") % {"day": day}, "icon": "clock", "kind": ""})
    return found


def _touched(row: Row, context: Context) -> str:
    """How long ago somebody dealt with it."""
    if row["touched_at"] is None:
        return ""
    days = (context.reader.today - row["touched_at"].astimezone(context.reader.tz).date()).days
    if days <= 0:
        return _("Touched today")
    text = ngettext("Untouched for %(days)s day", "Untouched for %(days)s days", days)
    return text % {"days": isolate(format_number(days, digits=context.reader.digits))}
