"""The worker process: takes jobs from the queue, sweeps the outbox, and does what the clock asks for."""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections

from sila.documents import searching as files
from sila.insight.fitting import working as fitting
from sila.insight.forecast import working as forecasts
from sila.insight.promotions import working as promotions
from sila.parties import duplicate_search
from sila.parties import reminders as party_reminders
from sila.platform.activity import jobs
from sila.platform.entities import purge_jobs, renewing, spelling
from sila.platform.entities.computed import work as computed
from sila.platform.entities.quality import work as quality
from sila.platform.notifications import delivery, gathering, keeping
from sila.platform.tenancy import statistics
from sila.project.queue import queue, wake
from sila.sales import rating
from sila.sales.assets import actions as assets
from sila.sales.contracts import working as contracts
from sila.sales.leads.scoring import work as scoring
from sila.sales.partners import registering
from sila.sales.windows import working as windows
from sila.work import falling_due, telling
from sila.work import reminders as work_reminders

SWEEP_SECONDS = 3
EACH_SWEEP: tuple[Callable[[], None], ...] = (gathering.gather_everyone, delivery.deliver_everyone)
MINUTELY: tuple[Callable[[], None], ...] = (
    party_reminders.remind_everyone,
    work_reminders.remind_everyone,
    telling.tell_the_morning,
    falling_due.tell_everyone,
    duplicate_search.begin_nightly,
    computed.refresh_everyone,
    quality.refresh_everyone,
    scoring.look_everywhere,
    registering.look_everywhere,
    forecasts.run_everywhere,
    fitting.count_everywhere,
    promotions.look_everywhere,
    purge_jobs.purge_everyone,
    keeping.forget_everyone,
    spelling.gather_everyone,
    renewing.renew_everyone,
    rating.keep_rates,
    assets.plan_everywhere,
    contracts.look_everywhere,
    windows.look_everywhere,
    files.read_earlier_everywhere,
    statistics.renew,
)
log = logging.getLogger(__name__)


def run(threads: int = 2) -> None:
    """Serve until SIGTERM or SIGINT; running jobs are finished or taken up again after their lease."""
    stop = threading.Event()
    sweeper = threading.Thread(target=sweep, args=(stop,), daemon=True)
    sweeper.start()
    consumer = queue.create_consumer(
        workers=threads, periodic=False, initial_delay=0.05, max_delay=0.5, backoff=1.2
    )
    try:
        consumer.run()
    finally:
        stop.set()


def sweep(stop: threading.Event) -> None:
    """Wake what is due and was not woken: delayed jobs, jobs of a killed worker, lost wake-ups."""
    rounds = 0
    while not stop.wait(SWEEP_SECONDS):
        minute = MINUTELY if rounds % (60 // SWEEP_SECONDS) == 0 else ()
        for look in (_wake_due, *EACH_SWEEP, *minute):
            try:
                look()
            except Exception:  # the next round looks again; the other things are not held up by it
                log.exception("%s failed", look.__qualname__)
        close_old_connections()
        rounds += 1


def _wake_due() -> None:
    for tenant, job in jobs.due():
        wake(tenant, job)
