"""A noun whose records have lines, and the lines: kept together whichever door a change comes through.

The document is locked while its lines change, so that two who change them at once both find the other's in the sums.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, Stale
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Changes, Entity, Rule, registry
from sila.platform.kit.lines import half_up
from sila.sales.lines import editing
from sila.sales.lines.models import PricedLine, Summed
from sila.sales.lines.summing import MOST_LINES, SUMS, complete, refuse_too_much_off, sum_up, worth_of

BEGUN = ("price_book_id", "tax_included", "discount_sum")
CHANGED = ("net", "tax", "total", "saved", "share")
MEASURED = ("unit", "unit_en", "factor")
COPIED = (
    *("order", "product_id", "name", "name_en", "details", "measure_id", *MEASURED),
    *("quantity", "price", "discount"),
    *("tax_kind_id", "tax_rate", *CHANGED, "cost", "currency"),
)
MayChange = Callable[
    [Any, PricedLine | None, Actor], None
]  # raises Invalid where the lines stand as they are


@dataclass(frozen=True)
class Paperwork:
    """`papers` and `lines` are the nouns, `link` leads from a line to its document, `path` to its editor. `begin` is what
    a document settles before its first line, `follow` what else of it the sums decide; both give the old values. `in_part`
    tells a document that has a part of another: its discount on the whole follows its lines. `agreed` tells one whose
    prices were agreed on before: they do not follow the quantity."""

    papers: str
    lines: str
    model: type[PricedLine]
    link: str
    path: str
    may_change: MayChange
    begin: Callable[[Any, Actor], Changes] | None = None
    follow: Callable[[Any, Actor], Changes] | None = None
    in_part: Callable[[Any], bool] = lambda paper: False
    agreed: Callable[[Any], bool] = lambda paper: False

    @property
    def noun(self) -> Entity:
        return registry[self.papers]

    @property
    def line_noun(self) -> Entity:
        return registry[self.lines]

    def lines_of(self, paper: Summed) -> list[Any]:
        rows = self.model._default_manager.filter(**{f"{self.link}_id": paper.id}, deleted_at=None)
        return list(rows.select_related("tax_kind", "product__measure", "measure").order_by("order", "id"))

    def take_lines(self, paper: Summed, lines: Sequence[PricedLine], *more: str) -> None:
        """The lines of another document, of the same currency, as they are; `more` names columns that both have."""
        names = (*COPIED, *more)
        rows = [{name: getattr(line, name) for name in names} for line in lines]
        self.model._default_manager.bulk_create(self.model(**{self.link: paper}, **row) for row in rows)

    # ---- one line: its rules and effects -----------------------------------------------------------
    def complete(self, line: PricedLine, changes: Changes, by: Actor) -> None:
        """A rule: what follows for the line and for the sums of its document. Raises Invalid."""
        paper = self._locked(line)
        self.may_change(paper, line, by)
        setattr(line, self.link, paper)
        others = [other for other in self.lines_of(paper) if other.id != line.id]
        begun = self.begin(paper, by) if self.begin and not others else {}
        brought = by.via in ("import", "demo")  # there the other lines are still to come
        before = 0 if brought else worth_of(paper, others if line._state.adding else [*others, line])
        complete(line, paper, changes, by)
        if len(others) >= MOST_LINES:
            raise Invalid({"": _("A document has at most %(most)d lines.") % {"most": MOST_LINES}})
        if line._state.adding and not line.order:
            line.order = max((other.order for other in others), default=0) + 1
        moved, sums = self._sum_up(paper, others, line, before=before)
        if not brought:
            refuse_too_much_off(paper, [*others, line])
        vars(line)["_moved"], vars(line)["_sums"] = moved, {**begun, **sums}

    def keep_sums(self, line: PricedLine, changes: Changes, by: Actor) -> None:
        """The effect of that rule: rounded by document the lines share its tax, so that the others may move as well."""
        self._keep(getattr(line, self.link), vars(line)["_moved"], vars(line)["_sums"], by)

    def count_anew(self, line: PricedLine, by: Actor) -> None:
        """A line that has gone into the trash counts no more, one that came back again."""
        paper = self._locked(line)
        self.may_change(paper, None, by)
        lines = self.lines_of(paper)
        others = [other for other in lines if other.id != line.id]
        moved, sums = self._sum_up(
            paper, lines, before=worth_of(paper, others if line.deleted_at is None else [*others, line])
        )
        refuse_too_much_off(paper, lines)
        self._keep(paper, moved, sums, by)

    def _sum_up(
        self, paper: Summed, lines: Sequence[PricedLine], *more: PricedLine, before: int = 0
    ) -> tuple[list[PricedLine], Changes]:
        """Those of the lines that come to something else now, and the old sums. `more` are counted and not looked at;
        `before` is what all of them were worth."""
        off = paper.discount_sum
        old = [[getattr(line, name) for name in CHANGED] for line in lines]
        sums = sum_up(paper, [*more, *lines])
        self._take_off_in_part(paper, [*more, *lines], before)
        sums |= {"discount_sum": off} if off != paper.discount_sum else {}
        after = [[getattr(line, name) for name in CHANGED] for line in lines]
        moved = [line for line, was, new in zip(lines, old, after, strict=True) if was != new]
        return moved, sums

    def _take_off_in_part(self, paper: Summed, lines: Sequence[PricedLine], before: int) -> None:
        """Of lines that are summed up: with less of them a part of another document has less of its discount too."""
        off = paper.discount_sum
        if off and before and self.in_part(paper):
            paper.discount_sum = half_up(Fraction(off * worth_of(paper, lines), before))
            sum_up(paper, lines)

    def _keep(self, paper: Summed, moved: Sequence[PricedLine], sums: Changes, by: Actor) -> None:
        self.model._default_manager.bulk_update(moved, CHANGED)
        if sums:
            more = self.follow(paper, by) if self.follow else {}
            records.save_changed(self.noun, paper, {**more, **sums}, by=by)

    def _locked(self, line: PricedLine) -> Summed:
        rows = self.noun.model._default_manager.filter(id=getattr(line, f"{self.link}_id"))
        paper: Summed = records.locked(rows).get()
        return paper

    # ---- the document ------------------------------------------------------------------------------
    def sum_anew(self, paper: Summed, changes: Changes, by: Actor) -> None:
        """A rule: prices that now have tax in them, or no more, or another discount on the whole, so that every line comes
        to something else."""
        if not {"tax_included", "discount_sum"} & changes.keys():
            return
        lines = [] if paper._state.adding else self.lines_of(paper)
        moved, sums = self._sum_up(paper, lines) if lines else ([], {})
        refuse_too_much_off(paper, lines)
        changes.update(sums)
        self.model._default_manager.bulk_update(moved, CHANGED)

    def attempt(
        self, paper: Summed, rows: Sequence[tuple[str, editing.Values]], *, context: Context
    ) -> editing.Draft:
        """What it would come to with these lines. Saves nothing."""
        known = self.lines_of(paper)
        before = worth_of(paper, known)
        if self.begin and not known:
            self.begin(paper, context.actor)
        draft = editing.read(paper, rows, noun=self.line_noun, link=self.link, known=known, context=context)
        sound = [line for place, line in enumerate(draft.lines) if place not in draft.errors]
        self._take_off_in_part(paper, sound, before)
        return draft

    def takes_discount(self, paper: Summed, context: Context) -> bool:
        """Whether the editor of lines asks for the discount on the whole."""
        field = self.noun.readable(context.actor).get("discount_sum")
        return field is not None and not field.read_only and not self.in_part(paper)

    def take_discount(self, paper: Summed, typed: str | None, context: Context) -> None:
        """The discount on the whole as somebody typed it, who may write that. Raises Invalid."""
        if typed is None or not self.takes_discount(paper, context):
            return
        own = Context(context.actor, context.reader, currency=paper.currency)
        parsed = records.parse_values(self.noun, {"discount_sum": typed}, own, record=paper)
        if (parsed["discount_sum"] or 0) < 0:
            raise Invalid({"discount_sum": _("This cannot be less than zero.")})
        paper.discount_sum = parsed["discount_sum"]

    @transaction.atomic
    def set_lines(
        self,
        paper: Any,
        rows: Sequence[tuple[str, editing.Values]],
        *,
        by: Actor,
        context: Context,
        version: int | None = None,
        discount_sum: str | None = None,
    ) -> Any:
        """The lines are these, in this order; `discount_sum` as it was typed, None leaves it. Raises NotAllowed, Stale,
        Invalid."""
        paper = records.unmoved(self.noun, paper, by=by)
        if version is not None and version != paper.version:
            raise Stale(paper)
        self.may_change(paper, None, by)
        before = {name: getattr(paper, name) for name in (*SUMS, *BEGUN)}
        self.take_discount(paper, discount_sum, context)
        draft = self.attempt(paper, rows, context=context)
        if not draft.errors:
            refuse_too_much_off(paper, draft.lines)
        editing.save(draft, noun=self.line_noun, by=by)
        self.keep_lines(paper, before, draft.lines, by)
        return paper

    def keep_lines(
        self, paper: Any, before: Mapping[str, Any], lines: Sequence[PricedLine], by: Actor, *rules: Rule
    ) -> None:
        """Write a document that has these lines from now on. `before`: its columns as they were; `rules`: what goes by all
        that has changed."""
        changes = {
            name.removesuffix("_id"): old for name, old in before.items() if old != getattr(paper, name)
        }
        if changes and self.follow:
            changes = self.follow(paper, by) | changes  # what follows is told first: of a deal, its amount
        for rule in rules:
            rule(paper, changes, by)
        told = {"lines": len(lines), "names": [line.name for line in lines[:5]]}
        records.save_changed(self.noun, paper, changes, by=by, kind="lines_changed", **told)
