from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "sila.project"
    label = "project"

    def ready(self) -> None:
        from sila.platform.activity import jobs
        from sila.project import queue

        jobs.wake = queue.wake
