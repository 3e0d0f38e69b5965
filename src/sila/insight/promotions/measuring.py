"""The measure of a promotion: worked out once and kept as numbers, so that it stands."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Avg, Count, FloatField, Q, Sum
from django.db.models.functions import Cast

from sila.insight.models import ModelRun
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.insight.promotions.spending import spent
from sila.insight.promotions.uplift import FEWEST, Compared, Side, buyers, means, smallest_seen

KIND, VERSION = "promotion", 1


@dataclass(frozen=True)
class Prospect:
    """What a promotion can show: its groups, what a customer bought in as long a time before, and the smallest effect that
    would be seen, all in minor units of the base currency; None where there are too few."""

    treated: int
    control: int
    mean: float
    smallest: float | None

    @property
    def customers(self) -> int:
        return self.treated + self.control

    @property
    def smallest_share(self) -> float | None:
        return self.smallest / self.mean if self.smallest is not None and self.mean > 0 else None


def prospect(promotion: Promotion) -> Prospect:
    """From what was bought in as many days before: one query."""
    recent = Cast("recent", FloatField())
    row = PromotionCustomer.objects.filter(promotion_id=promotion.id).aggregate(
        number=Count("id"),
        control=Count("id", filter=Q(treated=False)),
        drawn=Count("id", filter=Q(treated__isnull=False)),
        mean=Avg(recent),
        squares=Sum(recent * recent),
    )
    number, mean = row["number"], row["mean"] or 0.0
    control = row["control"] if row["drawn"] else round(number * promotion.control_share / 100)
    variance = (row["squares"] - number * mean * mean) / (number - 1) if number > 1 else 0.0
    seen = smallest_seen(max(variance, 0.0), number - control, control)
    return Prospect(number - control, control, mean, seen)


def sides(promotion: Promotion) -> tuple[Side, Side]:
    """The treated and the controls, in the order of their keys."""
    found = spent(promotion, promotion.begins, promotion.ends)
    costed = all(abs(each["net"] - each["costed"]) < 1 for each in found.values())
    rows = PromotionCustomer.objects.filter(promotion_id=promotion.id).order_by("id")
    groups: dict[bool, tuple[list[float], list[float], list[float]]] = {
        True: ([], [], []),
        False: ([], [], []),
    }
    for party, treated, before in rows.values_list("party_id", "treated", "before"):
        one = found.get(party, {"net": 0.0, "margin": 0.0})
        bought, margins, past = groups[bool(treated)]
        bought.append(one["net"])
        margins.append(one["margin"] if costed else 0.0)
        past.append(float(before))
    first, second = (
        Side(bought, margins if costed else (), past) for bought, margins, past in groups.values()
    )
    return first, second


def keep_measure(promotion: Promotion) -> ModelRun:
    treated, control = sides(promotion)
    metrics: dict[str, Any] = {
        "treated": len(treated.bought),
        "control": len(control.bought),
        "buyers_treated": treated.buyers,
        "buyers_control": control.buyers,
        "cost": (promotion.cost or 0) + (promotion.contact_cost or 0) * len(treated.bought),
    }
    if min(len(treated.bought), len(control.bought)) >= FEWEST:
        metrics["revenue"] = _told(means(treated.bought, control.bought, treated.before, control.before))
        metrics["rate"] = asdict(buyers(treated, control))
        if treated.margins:
            metrics["margin"] = _told(means(treated.margins, control.margins, treated.before, control.before))
    ModelRun.objects.filter(kind=KIND, key=str(promotion.id)).delete()
    run: ModelRun = ModelRun.objects.create(
        kind=KIND, version=VERSION, key=str(promotion.id), data_cutoff=promotion.ends, metrics=metrics
    )
    return run


def _told(found: Compared) -> dict[str, Any]:
    return {
        "treated": found.treated,
        "control": found.control,
        **asdict(found.effect),
        "adjusted": found.adjusted,
    }


def measure_of(promotion: Promotion) -> ModelRun | None:
    run: ModelRun | None = ModelRun.objects.filter(kind=KIND, key=str(promotion.id)).first()
    return run
