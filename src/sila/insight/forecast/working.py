"""When the models run: each night, and after an import. Pages only read what they left behind."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from sila.insight.forecast import telling
from sila.insight.forecast.outcome import Outcome, Told, as_numbers, outcomes
from sila.insight.forecast.reading import Read, read
from sila.insight.models import ModelRun, Prediction
from sila.insight.nightly import each_night
from sila.platform.activity import jobs
from sila.platform.entities.periods import CALENDARS, LENGTHS, yesterday
from sila.platform.tenancy.current import scope, today

JOB = "forecast from history"
KIND, VERSION = "forecast", 1
WON = "won"  # what is predicted: the amount that is won in the period
KEPT = timedelta(days=100)


run_everywhere = each_night(JOB)


@jobs.handles(JOB)
def run(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        found, day = read(), yesterday(today())
    job.progress(0)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        job.progress(done)

    for calendar in CALENDARS:
        for length in LENGTHS:
            told = outcomes(found.deals, day, calendar, length, tick)
            with scope(job.workspace), transaction.atomic():
                for outcome in told:
                    keep(outcome, found, day)
                telling.tell(told[0], by=job.by)
            tick()
    with scope(job.workspace), transaction.atomic():
        _forget(day)
    return {"deals": len(found.deals)}


def keep(outcome: Outcome, found: Read, day: date) -> ModelRun:
    """Write it down, in the place of what the same day said before."""
    same = ModelRun.objects.filter(kind=KIND, key=outcome.period.key, data_cutoff=day)
    Prediction.objects.filter(run_id__in=same.values("id")).delete()
    same.delete()
    numbers = as_numbers(outcome.told[None].record, 0.0) if outcome.enough else {}
    run: ModelRun = ModelRun.objects.create(
        kind=KIND,
        version=VERSION,
        key=outcome.period.key,
        data_cutoff=day,
        params={"baseline": outcome.method, "correction": outcome.correction},
        metrics={
            **{name: value for name, value in numbers.items() if name != "trials"},
            "enough": outcome.enough,
            "won": outcome.won,
            "days": outcome.days,
            "undated": found.undated,
            "unpriced": found.unpriced,
            "alert": outcome.alert,
        },
    )
    Prediction.objects.bulk_create(
        _prediction(run, unit, told)
        for unit, told in outcome.told.items()
        if unit is None or isinstance(unit, UUID)
    )
    return run


def _prediction(run: ModelRun, unit: UUID | None, told: Told) -> Prediction:
    return Prediction(
        run_id=run.id,
        unit_id=unit,
        name=WON,
        value=round(told.value),
        low=round(told.low),
        high=round(told.high),
        reasons={
            "so_far": told.so_far,
            "pipeline": round(told.pipeline),
            "baseline": round(told.baseline),
            **as_numbers(told.record, told.floor),
        },
    )


def _forget(day: date) -> None:
    old = ModelRun.objects.filter(kind=KIND, data_cutoff__lt=day - KEPT)
    Prediction.objects.filter(run_id__in=old.values("id")).delete()
    old.delete()
