from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TenancyConfig(AppConfig):
    name = "sila.platform.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from sila.platform.tenancy import rowsecurity

        pre_migrate.connect(rowsecurity.before_migrate, sender=self, dispatch_uid="history may be moved")
        post_migrate.connect(rowsecurity.after_migrate, dispatch_uid="row security")
