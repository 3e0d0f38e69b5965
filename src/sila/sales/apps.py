from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "sila.sales"
    label = "sales"

    def ready(self) -> None:
        from sila.sales import today  # noqa: F401  (deals join a person's day)
        from sila.sales.funnel import views  # noqa: F401  (a link over the list of deals)
        from sila.sales.leads import asked  # noqa: F401  (leads join typed questions)
        from sila.sales.leads.scoring import work  # noqa: F401  (its jobs)
        from sila.sales.partners.portal import letters, notices, telling  # noqa: F401  (its mails, what staff are told)
        from sila.sales.purchases import panels  # noqa: F401  (on the pages of customers)
        from sila.sales.windows import views as windows  # noqa: F401  (a link over the list of incumbent contracts)
