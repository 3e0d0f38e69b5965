"""Each night what was read long ago goes."""

from typing import Any

from django.db import transaction

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.notifications.actions import forget_old
from sila.platform.tenancy.current import scope

JOB = "forget notifications"


def forget_everyone() -> None:
    """Looked at each minute; done once a day."""
    in_each_workspace(lambda workspace: jobs.once_a_day(JOB, by=Actor.system(workspace, "job")))


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace), transaction.atomic():
        return {"gone": forget_old()}
