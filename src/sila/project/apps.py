from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "sila.project"
    label = "project"

    def ready(self) -> None:
        from sila.platform.activity import jobs
        from sila.project import palette, queue  # noqa: F401  (palette adds its commands)
        from sila.project.administration import signins  # noqa: F401  (connects its receivers)

        jobs.wake = queue.wake
