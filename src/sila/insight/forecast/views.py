"""The page of the forecast, and the dialog in which a manager adjusts it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.insight.forecast import figures, table
from sila.insight.forecast.actions import adjust, may_adjust, member_seen, unit_seen
from sila.insight.forecast.adjusted import history
from sila.insight.forecast.past import past_of
from sila.insight.models import ForecastAdjustment
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member, OrgUnit
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.periods import CALENDARS, LENGTHS, Period
from sila.platform.entities.registry import as_choices
from sila.platform.entities.views.door import done, fragment, workspace_view
from sila.platform.entities.views.fields import form_field, given_values, typed
from sila.platform.kit.money import CURRENCIES, format_money
from sila.team.goals.views import beside_forecast


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    if not figures.open_to(context):
        raise NotAllowed(_("Your role does not show the fields of deals that a forecast adds up."))
    period = _period(request, context)
    dimensions = figures.offered(context)
    chosen = next((each for each in dimensions if each.name == request.GET.get("by")), None)
    if request.GET.get("by") and chosen is None:
        raise Invalid({"by": _("The forecast cannot be told apart by this.")})
    chosen = chosen or (dimensions[0] if dimensions else None)
    units = list(OrgUnit.objects.filter(deleted_at=None).order_by("name", "id"))
    shown: dict[str, Any] = {
        "title": _("Forecast"),
        "period": _steps(period, request, context),
        "dimensions": _choices(period, dimensions, chosen, context),
        **table.table_of(period, chosen, context, units),
        "history": past_of(period, request.GET.get("of", ""), context, units),
        "goals": beside_forecast(period.key, context),
        "deals_url": f"/w/{context.reader.slug}/opportunities/board",
    }
    return fragment(request, "insight/forecast.html", {"forecast": shown})


def _period(request: WorkspaceRequest, context: Context) -> Period:
    """The one of the address, else the present quarter of the reader's calendar."""
    if asked := request.GET.get("period"):
        return Period.read(asked)
    return Period.of(context.reader.today, context.reader.one_calendar, 3)


def _steps(period: Period, request: WorkspaceRequest, context: Context) -> dict[str, Any]:
    """The period with those before and after it, and the other kinds of it around the same days."""
    reader = context.reader
    before, after = period.step(-1), period.step(1)
    inside = reader.today if period.first <= reader.today <= period.last else period.first
    kinds = [(calendar, length) for calendar in CALENDARS for length in LENGTHS]
    return {
        "key": period.key,
        "label": period.label(reader),
        "days": _("%(first)s to %(last)s")
        % {
            "first": reader.day(period.first, calendar=period.calendar),
            "last": reader.day(period.last, calendar=period.calendar),
        },
        "before_url": _url(context, before, request) if before.exists else "",
        "after_url": _url(context, after, request) if after.exists else "",
        "kinds": [
            {
                "label": _kind(calendar, length),
                "url": _url(context, Period.of(inside, calendar, length), request),
                "active": (calendar, length) == (period.calendar, period.length),
            }
            for calendar, length in kinds
        ],
    }


def _kind(calendar: str, length: int) -> str:
    if calendar == "hijri":
        return _("Hijri month") if length == 1 else _("Hijri quarter")
    return _("Month") if length == 1 else _("Quarter")


def _url(context: Context, period: Period, request: WorkspaceRequest | None = None, by: str = "") -> str:
    by = by or (request.GET.get("by", "") if request else "")
    tail = f"&by={by}" if by in figures.DIMENSIONS else ""
    return f"/w/{context.reader.slug}/forecast?period={period.key}{tail}"


def _choices(
    period: Period, dimensions: list[figures.Dimension], chosen: figures.Dimension | None, context: Context
) -> list[dict[str, Any]]:
    labels = {
        "unit": _("By unit"),
        "owner": _("By owner"),
        "team": _("By team"),
        "territory": _("By territory"),
        "product": _("By product"),
        "family": _("By family of products"),
        "stage": _("By stage"),
    }
    return [
        {
            "label": labels[each.name],
            "url": _url(context, period, by=each.name),
            "active": each is chosen,
        }
        for each in dimensions
    ]


# ---- adjusting ---------------------------------------------------------------------------------------
@workspace_view
def adjust_unit(request: WorkspaceRequest, context: Context, unit_id: UUID) -> HttpResponse:
    return _adjust(request, context, unit_seen(unit_id, by=context.actor))


@workspace_view
def adjust_member(request: WorkspaceRequest, context: Context, member_id: UUID) -> HttpResponse:
    return _adjust(request, context, member_seen(member_id, by=context.actor))


def _adjust(request: WorkspaceRequest, context: Context, target: OrgUnit | Member) -> HttpResponse:
    """GET: the form in a dialog. POST: it is said; an empty amount takes back what was said before."""
    if not (figures.open_to(context) and may_adjust(target, by=context.actor)):
        raise NotAllowed(_("Only who leads this unit or member adjusts their forecast."))
    period = Period.read(request.GET.get("period", ""))
    if request.method != "POST":
        return _ask(request, context, target, period, {"category": "commit"}, {})
    given = given_values(request.POST, _fields())
    try:
        values = parse_all(_fields(), given, _in_base(context))
        adjust(
            target,
            period,
            values["category"],
            values["amount"],
            by=context.actor,
            note=values["note"] or "",
        )
    except Invalid as error:
        return _ask(request, context, target, period, given, error.errors)
    return done()


def _in_base(context: Context) -> Context:
    return Context(context.actor, context.reader, currency=context.reader.currency)


def _fields() -> dict[str, Field]:
    choices = as_choices(ForecastAdjustment.Category.choices)
    empty = _("If empty, what was said before is taken back.")
    fields = (
        Field("category", KINDS["choice"], _("Forecast category"), required=True, choices=choices),
        Field("amount", KINDS["money"], _("Expected amount"), help=empty, nullable=True),
        Field("note", KINDS["text"], _("Why"), max_length=300),
    )
    return {f.name: f for f in fields}


def _ask(
    request: WorkspaceRequest,
    context: Context,
    target: OrgUnit | Member,
    period: Period,
    given: dict[str, str],
    errors: dict[str, str],
) -> HttpResponse:
    fields = _fields()
    blank: dict[str, Any] = {
        "custom": {},
        **{column: None for f in fields.values() for column in f.columns()},
    }
    row = typed(blank, fields, given, _in_base(context))
    form = {
        "title": _("Adjust the forecast: %(name)s") % {"name": target},
        "action": request.get_full_path(),
        "values": [],
        "submit": _("Save"),
        "errors": [text for name, text in errors.items() if name not in fields],
        "fields": [form_field(f, row, context, error=errors.get(name, "")) for name, f in fields.items()],
        "said": [_said(each, context) for each in history(period, target)],
        "period": period.label(context.reader),
    }
    status = 422 if errors else 200
    return fragment(request, "insight/_adjust.html", {"stage_form": form}, status=status)


def _said(row: ForecastAdjustment, context: Context) -> dict[str, str]:
    """One line of what was said so far."""
    reader = context.reader
    amount = (
        format_money(row.amount, CURRENCIES[row.currency], digits=reader.digits, language=reader.language)
        if row.amount is not None
        else _("taken back")
    )
    return {
        "category": row.get_category_display(),
        "amount": amount,
        "who": str(row.by),
        "when": reader.moment(row.at),
        "note": row.note,
    }
