"""What every test can ask for: a workspace, and four people who see different parts of it.

Alice owns the records, Bob is in her team and branch, Charlie works in another branch, Dalia in another
workspace. The database is SQLite, or what SILA_DATABASE_URL names (`./sila test` runs both).
"""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("sila", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("sila")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes begin first, or one is waited for at the end."""
    first = (
        *("test_api_contract.py", "test_isolation_matrix.py", "test_every_entity.py", "test_installation.py"),
        *("test_round_trip_whole.py", "test_restoring.py", "test_demo.py", "browser/test_pages.py"),
    )
    items.sort(key=lambda item: [file not in item.nodeid for file in first])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Migrate as the owner of the tables; the tests themselves run in the role that owns nothing."""
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"].pop("assume_role", None)
    from django.db import connections

    connections["default"].settings_dict["OPTIONS"].pop("assume_role", None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["OPTIONS"]["assume_role"] = "sila_app"
            yield
            connection.close()
            del connection.settings_dict["OPTIONS"]["assume_role"]
    else:
        yield


@pytest.fixture(scope="session")
def print_fonts() -> None:
    """The fonts of printed papers, which the front end brings."""
    from sila.project.frontend import build_if_stale

    build_if_stale()


@pytest.fixture(scope="session")
def standing(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """The companies of the tests, made the way the product makes one."""
    from django.db import transaction

    from tests.people import make_company
    from tests.standing import Standing

    with django_db_blocker.unblock(), transaction.atomic():
        made = [make_company("rayyan"), make_company("delta", people=("admin", "dalia"))]
        kept = {company.workspace.slug: Standing.of(company) for company in made}
        transaction.set_rollback(True)
    return kept


@pytest.fixture
def company(db: None, standing: dict[str, Any]) -> Any:
    """A Riyadh company with two branches."""
    return standing["rayyan"].set_up()


@pytest.fixture
def workspace(company: Any) -> Iterator[Any]:
    from sila.platform.tenancy.current import scope

    with scope(company.workspace):
        yield company.workspace


@pytest.fixture
def browser(company: Any) -> Callable[[str], Any]:
    """A client that is signed in as one of the company."""
    from django.conf import settings
    from django.test import Client

    def of(name: str) -> Any:
        client = Client()
        client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return of


@pytest.fixture
def alice(company: Any, workspace: Any) -> Any:
    return company.actor("alice")


@pytest.fixture
def bob(company: Any, workspace: Any) -> Any:
    return company.actor("bob")


@pytest.fixture
def charlie(company: Any, workspace: Any) -> Any:
    return company.actor("charlie")


@pytest.fixture
def admin(company: Any, workspace: Any) -> Any:
    return company.actor("admin")


@pytest.fixture
def elsewhere(db: None, standing: dict[str, Any]) -> Any:
    """Another company on the same installation."""
    return standing["delta"].set_up()


@pytest.fixture
def dalia(elsewhere: Any) -> Any:
    return elsewhere.actor("dalia")
