import gc

from django.apps import AppConfig

YOUNG = 10_000  # objects between two looks for garbage: at Python's 2,000 a tenth of an import went into them


class ProjectConfig(AppConfig):
    name = "sila.project"
    label = "project"

    def ready(self) -> None:
        from sila.platform.activity import jobs
        from sila.project import palette, queue  # noqa: F401  (palette adds its commands)
        from sila.project.administration import signins  # noqa: F401  (connects its receivers)

        jobs.wake = queue.wake
        gc.freeze()  # what is loaded by now stays, and need not be looked through again and again
        gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
