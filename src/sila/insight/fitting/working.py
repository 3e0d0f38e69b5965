"""When what is bought together is counted: each night, and after an import. Pages only read what is left behind."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from sila.insight.fitting.models import ProductRule, ProductSale
from sila.insight.fitting.reading import MOST, PIECE, Read, piece_after, read_piece, traits_of
from sila.insight.fitting.rules import Rule, mine
from sila.insight.fitting.trying import Trial, as_baskets, attempt, histories_of
from sila.insight.models import ModelRun
from sila.insight.nightly import each_night
from sila.platform.activity import jobs
from sila.platform.entities.periods import yesterday
from sila.platform.tenancy.current import scope, today
from sila.platform.tenancy.models import Workspace

JOB = "products that fit"
KIND, KEY, VERSION = "fitting", "all", 1
OF_EACH = 20  # rules that begin with a product, the surest
MOST_RULES = 20_000
Basis = ProductRule.Basis


count_everywhere = each_night(JOB)


@jobs.handles(JOB)
def run(job: jobs.Run) -> dict[str, Any]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        job.progress(done)

    return count(job.workspace, tick)


def count(workspace: Workspace, tick: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Read all purchases, find the rules, try them on the past, and keep what came of it. `tick` is called as it goes on."""
    found = _read(workspace, tick)
    traits = _traits(found.parties, workspace, tick)
    rules = {Basis.BASKET: mine([each.products for each in found.purchases])}
    tick()
    histories = histories_of(found.purchases)
    rules[Basis.HISTORY] = mine(as_baskets(list(histories.values())))
    tick()
    trial = attempt(found.purchases, traits, tick=tick)
    with scope(workspace), transaction.atomic():
        keep(found, histories, rules, trial)
    return {"purchases": len(found.purchases), "rules": sum(len(each) for each in rules.values())}


def _read(workspace: Workspace, tick: Callable[[], None]) -> Read:
    """Piece by piece: no transaction spans all of it."""
    found, numbers = Read(), dict[UUID, int]()
    last = None
    for _piece in range(MOST // PIECE):
        with scope(workspace):
            piece = piece_after(last)
            if not piece:
                break
            read_piece(found, piece, numbers)
        last = piece[-1][0]
        tick()
    return found


def _traits(parties: list[UUID], workspace: Workspace, tick: Callable[[], None]) -> list[dict[str, str]]:
    known: dict[UUID, dict[str, str]] = {}
    for start in range(0, len(parties), PIECE):
        with scope(workspace):
            known |= traits_of(parties[start : start + PIECE])
        tick()
    return [known.get(party, {}) for party in parties]


def keep(
    found: Read, histories: dict[int, frozenset[int]], rules: dict[Basis, list[Rule]], trial: Trial
) -> None:
    """In the place of what was counted before."""
    ProductRule.objects.all().delete()
    ProductSale.objects.all().delete()
    in_baskets = Counter(product for each in found.purchases for product in each.products)
    by_customers = Counter(product for products in histories.values() for product in products)
    ProductSale.objects.bulk_create(
        ProductSale(product_id=found.products[number], baskets=baskets, customers=by_customers[number])
        for number, baskets in in_baskets.items()
    )
    kept = [(basis, rule) for basis, each in rules.items() for rule in _surest(each)]
    ProductRule.objects.bulk_create(
        (_row(basis, rule, found.products) for basis, rule in kept), batch_size=2000
    )
    ModelRun.objects.filter(kind=KIND).delete()
    ModelRun.objects.create(
        kind=KIND,
        version=VERSION,
        key=KEY,
        data_cutoff=yesterday(today()),
        metrics={
            "purchases": len(found.purchases),
            "customers": len(histories),
            "lines": found.lines,
            "products": len(in_baskets),
            "rules": len(kept),
            "tried": trial.tried,
            "hits": trial.hits,
            "usual_hits": trial.usual_hits,
            "only_ours": trial.only_ours,
            "only_usual": trial.only_usual,
        },
    )


def _surest(rules: Iterable[Rule]) -> list[Rule]:
    """They come the surest first; of each product some."""
    of_each: dict[int, int] = defaultdict(int)
    kept = []
    for rule in rules:
        of_each[rule.given[0]] += 1
        if of_each[rule.given[0]] <= OF_EACH:
            kept.append(rule)
    return kept[:MOST_RULES]


def _row(basis: str, rule: Rule, products: list[UUID]) -> ProductRule:
    return ProductRule(
        basis=basis,
        product_id=products[rule.given[0]],
        beside_id=products[rule.given[1]] if len(rule.given) > 1 else None,
        then_id=products[rule.then],
        together=rule.together,
        of=rule.of,
        then_in=rule.then_in,
        whole=rule.whole,
        floor=rule.floor,
    )


def last_run() -> ModelRun | None:
    found: ModelRun | None = ModelRun.objects.filter(kind=KIND).first()
    return found
