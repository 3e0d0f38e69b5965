"""What the clock does with promotions: those whose last day is past end."""

from django.utils import translation

from sila.insight.promotions.actions import end_those_over
from sila.platform.access.actor import Actor
from sila.platform.activity.looks import in_each_workspace
from sila.platform.tenancy.models import Workspace


def look_everywhere() -> None:
    in_each_workspace(look)


def look(workspace: Workspace) -> None:
    with translation.override(workspace.language):
        end_those_over(Actor.system(workspace, "job"))
