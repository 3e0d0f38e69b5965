"""The editor of lines: shown, tried out at each change, stepped through, saved; and the document as a file. The Paperwork
of a document says how."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.catalog.models import Measure, Product
from sila.catalog.pricing import cost_of
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, Stale
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment, version_of, workspace_view
from sila.platform.entities.views.fields import form_field
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.money import CURRENCIES
from sila.platform.kit.numbers import parse_decimal
from sila.sales.lines.editing import TYPED, Draft
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import PricedLine, Summed
from sila.sales.lines.showing import (
    editor_row,
    may_print,
    plain_amount,
    sums,
    tax_choices,
    unit_choices,
)
from sila.sales.lines.summing import offer_of, reduced_for, refuse_too_much_off, unit_of
from sila.sales.rules import today

Typed = dict[str, str]
Rows = list[tuple[str, Typed]]
ASKED = (*TYPED, "asked", "measured")


@workspace_view
def edit(request: WorkspaceRequest, context: Context, work: Paperwork, paper_id: UUID) -> HttpResponse:
    """GET: the lines to be typed. POST: save them all, or say what is wrong with which."""
    paper = _changeable(work, paper_id, context)
    if request.method != "POST":
        return fragment(
            request, "sales/lines_editor.html", {"editor": _editor(work, paper, _there(work, paper), context)}
        )
    rows = _read(request.POST)
    try:
        work.set_lines(
            paper,
            rows,
            by=context.actor,
            context=context,
            version=version_of(request.POST.get("version", "")),
            discount_sum=request.POST.get("discount_sum"),
        )
    except (Invalid, Stale) as error:
        paper = _changeable(work, paper_id, context)
        said = _("Somebody else has changed it meanwhile. Load the page anew to see how it is now.")
        told = [said] if isinstance(error, Stale) else _general(error)
        shown = _editor(work, paper, rows, context, errors=told, whole=request.POST.get("discount_sum"))
        shown["version"] = request.POST.get("version", "")
        return fragment(request, "sales/lines_editor.html", {"editor": shown}, status=422)
    messages.success(request, _("Saved."))
    return redirect(work.noun.url(context.reader.slug, paper.id))


@require_POST
@workspace_view
def attempt(request: WorkspaceRequest, context: Context, work: Paperwork, paper_id: UUID) -> HttpResponse:
    """What it would come to. A price that nobody has typed follows the quantity."""
    paper = _changeable(work, paper_id, context)
    rows = _read(request.POST)
    moved = _reprice(work, paper, rows, context)
    editor = _editor(work, paper, rows, context, whole=request.POST.get("discount_sum"))
    for row in editor["rows"]:
        row["repriced"] = row["key"] in moved
    return fragment(request, "sales/_lines_tried.html", {"editor": editor})


@require_POST
@workspace_view
def step(request: WorkspaceRequest, context: Context, work: Paperwork, paper_id: UUID) -> HttpResponse:
    """A line more, a line less, a line elsewhere: the form anew."""
    paper = _changeable(work, paper_id, context)
    rows, at = _read(request.POST), request.POST.get("at", "")
    place = next((place for place, (key, _values) in enumerate(rows) if key == at), None)
    errors: list[str] = []
    match request.POST.get("do", ""):
        case "product":
            errors = _add_product(rows, request.POST.getlist("product")[-1:], context)
        case "free":
            rows.append((f"new-{uuid4().hex[:8]}", {"quantity": "1"}))
        case "discount":
            errors = _discount_all(rows, request.POST.get("all_discount", ""))
        case "remove" if place is not None:
            del rows[place]
        case "up" if place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        case "down" if place is not None and place + 1 < len(rows):
            rows[place + 1], rows[place] = rows[place], rows[place + 1]
    editor = _editor(work, paper, rows, context, errors=errors, whole=request.POST.get("discount_sum"))
    editor["version"] = request.POST.get("version", "")
    return fragment(request, "sales/_lines_form.html", {"editor": editor})


def _discount_all(rows: Rows, typed: str) -> list[str]:
    """A discount on the whole document is one on each line, so that every tax rate gets its share. It gives what is
    wrong with it."""
    try:
        percent = parse_decimal(typed)
    except InvalidInput as error:
        return [str(error)]
    if not 0 <= percent <= 100:
        return [_("A discount lies between 0 and 100 %.")]
    for _key, values in rows:
        values["discount"] = f"{percent:f}"
    return []


def _add_product(rows: Rows, chosen: list[str], context: Context) -> list[str]:
    found = registry["products"].visible_to(context.actor).filter(active=True)
    try:
        product = found.filter(id=UUID(chosen[0])).first() if chosen and chosen[0] else None
    except ValueError:
        product = None
    if product is None:
        return [_("Choose a product that is on sale.")]
    rows.append((f"new-{uuid4().hex[:8]}", {"product": str(product.id), "quantity": "1"}))
    return []


@require_GET
@workspace_view
def pdf(
    request: WorkspaceRequest, context: Context, work: Paperwork, printed: Any, paper_id: UUID
) -> HttpResponse:
    """The document as a file. `printed` is the module that makes it, with pdf_of and file_name."""
    paper = records.get(work.noun, paper_id, by=context.actor)
    if not may_print(work.noun, work.line_noun, context):
        raise NotAllowed
    return as_file(printed.pdf_of(paper, context.actor.workspace), printed.file_name(paper))


def as_file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _changeable(work: Paperwork, paper_id: UUID, context: Context) -> Summed:
    paper: Summed = records.get(work.noun, paper_id, by=context.actor)
    if not context.actor.may(work.papers, "edit", paper):
        raise NotAllowed
    work.may_change(paper, None, context.actor)
    return paper


# ---- what was typed ------------------------------------------------------------------------------------
def _read(post: QueryDict) -> Rows:
    """What each line holds; a field that its form does not have is not touched."""
    return [
        (key, {name: post[f"{key}.{name}"] for name in ASKED if f"{key}.{name}" in post})
        for key in dict.fromkeys(post.getlist("line"))
    ]


def _there(work: Paperwork, paper: Summed) -> Rows:
    """The lines as they are, nothing typed yet."""
    return [(str(line.id), {}) for line in work.lines_of(paper)]


def _reprice(work: Paperwork, paper: Summed, rows: Rows, context: Context) -> set[str]:
    """The keys of lines whose quantity or unit has changed, and with it the price: where it was the one that is offered
    for what stood there before, not one that somebody typed or agreed. The cost goes with the unit, unless it was typed."""
    moved = set()
    agreed = work.agreed(paper)
    for key, values in rows:
        line = _sold(work, values, context)
        if line is None:
            continue
        unit_moved = values.get("measure", "") != values.get("measured", "")
        if unit_moved and _costs_anew(line, paper, values, context):
            moved.add(key)
        touched = unit_moved or (values.get("quantity") != values.get("asked") and not agreed)
        if not touched or values.get("price") != _offered_before(work, paper, values, context):
            continue
        price = _offered(line, paper, values, context)
        if price and price != values["price"]:
            values["price"] = price
            moved.add(key)
    return moved


def _offered_before(work: Paperwork, paper: Summed, values: Typed, context: Context) -> str | None:
    before = {"quantity": values.get("asked", ""), "measure": values.get("measured", "")}
    line = _sold(work, values | before, context)
    return None if line is None else _offered(line, paper, values, context)


def _offered(line: PricedLine, paper: Summed, values: Typed, context: Context) -> str:
    """The price that the line has today, as it is typed; empty where there is none."""
    price = offer_of(line, line.product, paper, context.actor).price
    if price is not None and values.get("discount") in (None, "", "0"):
        price, _percent = reduced_for(line, price, line.product, paper, context.actor)
    return _plain(price, paper)


def _costs_anew(line: PricedLine, paper: Summed, values: Typed, context: Context) -> bool:
    """Whether the cost that stood there was that of the unit before, and has become that of the new one."""
    before = _measure(values.get("measured", ""))
    old, new = (
        cost_of(line.product, paper.currency, today(context.actor), unit) for unit in (before, unit_of(line))
    )
    if "cost" not in values or old is None or values["cost"] != _plain(old, paper) or old == new:
        return False
    values["cost"] = _plain(new, paper)
    return True


def _plain(minor: int | None, paper: Summed) -> str:
    return "" if minor is None else plain_amount(minor, CURRENCIES[paper.currency])


def _sold(work: Paperwork, values: Typed, context: Context) -> PricedLine | None:
    """The product in the quantity and the unit that were typed; None while they are not to be read."""
    try:
        quantity = parse_decimal(values["quantity"])
        product = registry["products"].visible_to(context.actor).filter(id=UUID(values["product"])).first()
    except (InvalidInput, KeyError, ValueError):
        return None
    unit = _measure(values.get("measure", ""))
    if not isinstance(product, Product) or (
        unit and product.measure_id and unit.group != product.measure.group
    ):
        return None
    line = work.model(product=product, quantity=quantity)
    if unit is not None:
        line.measure = unit
    return line


def _measure(typed: str) -> Measure | None:
    try:
        return Measure.objects.filter(id=UUID(typed), deleted_at=None).first()
    except ValueError:
        return None


# ---- what is shown -------------------------------------------------------------------------------------
def _editor(
    work: Paperwork,
    paper: Summed,
    rows: Rows,
    context: Context,
    *,
    errors: Sequence[str] = (),
    whole: str | None = None,
) -> dict[str, Any]:
    """`whole`: the discount on all of it as it was typed; None while nobody did."""
    papers, noun = work.noun, work.line_noun
    base = f"/w/{context.reader.slug}/{work.path}/{paper.id}/"
    wrong: list[str] = []
    try:
        work.take_discount(paper, whole, context)
    except Invalid as error:
        wrong = _general(error)
    draft = work.attempt(paper, rows, context=context)
    shown = [
        editor_row(
            key,
            line,
            context,
            noun,
            tax_included=paper.tax_included,
            typed=values,
            errors=_shown(noun, draft.errors.get(place, {})),
        )
        for place, ((key, values), line) in enumerate(zip(rows, draft.lines, strict=True))
    ]
    return {
        "title": f"{papers.title_of(paper)} · {paper.number}",
        "back_url": papers.url(context.reader.slug, paper.id),
        "url": f"{base}lines",
        "try_url": f"{base}lines/try",
        "step_url": f"{base}lines/step",
        "version": paper.version,
        "errors": list(dict.fromkeys([*errors, *(wrong or _too_much(paper, draft))])),
        "whole": whole if wrong else _plain(paper.discount_sum, paper),
        "takes_whole": work.takes_discount(paper, context),
        "rows": shown,
        "taxes": tax_choices([str(line.tax_kind_id) for line in draft.lines]),
        "units": unit_choices([str(line.measure_id) for line in draft.lines]),
        "tax_included": paper.tax_included,
        "adding": _product_field(context),
        "sums": sums(paper, context, papers),
    }


def _too_much(paper: Summed, draft: Draft) -> list[str]:
    try:
        if not draft.errors:
            refuse_too_much_off(paper, draft.lines)
    except Invalid as error:
        return _general(error)
    return []


def _shown(noun: Entity, errors: Mapping[str, str]) -> dict[str, str]:
    """Each with the name of its field in front: the message stands under the whole line."""
    fields = noun.fields
    return {
        name: f"{fields[name].label}: {text}" if name in fields else text for name, text in errors.items()
    }


def _general(error: Invalid) -> list[str]:
    return [str(text) for text in error.errors.values()]


def _product_field(context: Context) -> dict[str, Any]:
    field = Field(
        "product", KINDS["link"], _("Add a product"), to="products", title_columns=("name", "name_en")
    )
    blank = {"custom": {}, **dict.fromkeys(field.columns())}
    return form_field(field, blank, context)
