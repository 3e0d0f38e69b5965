"""When models are worked out: once a night, and some time after an import, as it brings what they learn from."""

from collections.abc import Callable
from datetime import timedelta

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Event
from sila.platform.kit import clock
from sila.platform.tenancy.models import Workspace

SOON = timedelta(minutes=1)  # after an import others may follow


def each_night(job: str) -> Callable[[], None]:
    """To be called each minute: it puts the job into the queue of every workspace whose time has come."""

    def look(workspace: Workspace) -> None:
        by = Actor.system(workspace, "job")
        jobs.once_a_day(job, by=by)
        ended = Event.objects.filter(kind="import ended").order_by("-id").values("id", "at").first()
        if ended is not None and ended["at"] > clock.now() - timedelta(hours=1):
            jobs.enqueue(job, f"after {ended['id']}", {}, by=by, run_at=ended["at"] + SOON)

    return lambda: in_each_workspace(look)
