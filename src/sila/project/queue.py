"""Huey, behind the outbox. It only carries "look at this job now"; the job's row is the truth."""

import os
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from huey import Huey, RedisHuey, SqliteHuey

from sila.platform.activity import jobs


def make_queue() -> Huey:
    if url := os.environ.get("SILA_REDIS_URL"):
        return RedisHuey("sila", url=url, results=False)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("sila", filename=str(settings.DATA / "queue.sqlite3"), results=False, fsync=False)


queue = make_queue()


@queue.task()  # type: ignore[untyped-decorator]
def run_job(tenant: str, job: str) -> None:
    close_old_connections()
    try:
        jobs.run(UUID(tenant), UUID(job))
    finally:
        close_old_connections()


def wake(tenant: UUID, job: UUID) -> None:
    run_job(str(tenant), str(job))
