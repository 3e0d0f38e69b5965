"""Who is the control group: drawn by lot, evenly among those who bought little and those who bought much."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

BIG = 200  # customers from which on they are drawn in layers
LAYERS = 5


def draw(spent: Mapping[UUID, int], percent: int, seed: int) -> set[UUID]:
    """The control group. `spent`: what each customer bought before. The same customers, share and seed give the same
    group, in whatever order they come: the place in the lot is a hash of seed and customer. In layers by what was spent
    before, the two groups are alike in that (stratified randomisation, Fisher 1926)."""
    order = sorted(spent, key=lambda party: (spent[party], str(party)))
    layers = LAYERS if len(order) >= BIG else 1
    control: set[UUID] = set()
    seen = 0
    for number in range(layers):
        layer = order[number * len(order) // layers : (number + 1) * len(order) // layers]
        layer.sort(key=lambda party: sha256(f"{seed} {party}".encode()).digest())
        seen += len(layer)
        control.update(layer[: round(seen * percent / 100) - len(control)])
    return control
