"""What higher apps add to a person's day."""

from collections.abc import Callable
from typing import Any

from sila.platform.entities.kinds import Context

today_sections: list[
    Callable[[Context], dict[str, Any]]
] = []  # parts of today.html: attention, changes, figures
