"""What a team works towards and for."""

import sila.sales.models  # noqa: F401  (before parts of it are asked for)
from sila.team.boards.models import BoardSeat, Contest, ContestPrize, Kudos  # noqa: F401
from sila.team.commission.models import (  # noqa: F401  (tables of this app)
    CommissionLine,
    CommissionParticipant,
    CommissionPlan,
    CommissionStatement,
    CommissionTier,
)
from sila.team.goals.models import Goal  # noqa: F401
