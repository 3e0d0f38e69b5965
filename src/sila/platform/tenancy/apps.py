from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "sila.platform.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from sila.platform.tenancy import rowsecurity

        post_migrate.connect(rowsecurity.after_migrate, dispatch_uid="row security")
