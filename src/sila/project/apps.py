from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "sila.project"
    label = "project"

    def ready(self) -> None:
        from sila.platform.activity import jobs
        from sila.project import queue
        from sila.project.administration import signins  # noqa: F401  (connects its receivers)

        jobs.wake = queue.wake
