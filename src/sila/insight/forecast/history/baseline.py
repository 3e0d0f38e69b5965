"""What is sold in the months to come, from what was sold in the months before: no deal is looked at.

Of these, the one that was least wrong over the months that are known is used:

    mean       the mean of the last six months
    quarters   that mean times the usual share of the month within its quarter (its mean over the mean of all)
    seasons    the same month of the year before, times the last twelve months over the twelve before them
    trend      Holt's linear trend, damped (Gardner and McKenzie 1985), its weights those that fitted best

With fewer than four months the mean alone is used.
"""

from collections.abc import Callable, Sequence
from itertools import product

Path = Callable[[Sequence[float], int], list[float]]

LEVEL = 6  # months that tell how much is sold
QUARTER = 3
YEAR = 12
DAMPING = 0.9
FEWEST = 4  # months from which on more than a mean is tried
TRIED = 12  # the last months that are foretold to choose


def mean(sold: Sequence[float], months: int) -> list[float]:
    some = sold[-LEVEL:]
    return [sum(some) / len(some) if some else 0.0] * months


def quarters(sold: Sequence[float], months: int) -> list[float]:
    """Only whole quarters tell what share of one a month has; `sold` may begin in any month of a quarter."""
    level, all_mean = mean(sold, 1)[0], sum(sold) / len(sold)
    shares = []
    for place in range(QUARTER):
        same = [sold[n] for n in range(len(sold)) if (len(sold) - n) % QUARTER == place]
        shares.append(sum(same) / len(same) / all_mean if same and all_mean else 1.0)
    whole = sum(shares)
    return [level * shares[-ahead % QUARTER] * QUARTER / whole if whole else level for ahead in range(months)]


def seasons(sold: Sequence[float], months: int) -> list[float]:
    last, before = sum(sold[-YEAR:]), sum(sold[-2 * YEAR : -YEAR])
    growth = last / before if len(sold) >= 2 * YEAR and before > 0 else 1.0
    return [sold[len(sold) - YEAR + ahead % YEAR] * growth for ahead in range(months)]


def trend(sold: Sequence[float], months: int) -> list[float]:
    grid = product((0.1, 0.3, 0.5, 0.8), (0.05, 0.2, 0.4))
    fits = [_damped(sold, alpha, beta) for alpha, beta in grid]
    _error, level, slope = min(fits)
    path, step = [], DAMPING
    for _month in range(months):
        level += step * slope
        step *= DAMPING
        path.append(max(0.0, level))
    return path


def _damped(sold: Sequence[float], alpha: float, beta: float) -> tuple[float, float, float]:
    """(sum of squared errors one month ahead, last level, last slope)."""
    level, slope, error = sold[0], 0.0, 0.0
    for value in sold[1:]:
        expected = level + DAMPING * slope
        error += (value - expected) ** 2
        before, level = level, expected + alpha * (value - expected)
        slope = DAMPING * slope + beta * (level - before - DAMPING * slope)
    return error, level, slope


PATHS: dict[str, tuple[Path, int]] = {  # name -> how, and the fewest months that it needs
    "mean": (mean, 0),
    "quarters": (quarters, 6),
    "trend": (trend, 8),
    "seasons": (seasons, YEAR + 1),
}


def chosen(sold: Sequence[float], months: int) -> tuple[str, float]:
    """Which one was least wrong about the sum of `months` months, and its mean squared error. All are judged by the same
    months, those that each of them could be tried on; the simpler one wins a tie."""
    best, best_error = "mean", _error(mean, sold, months, QUARTER)
    for name, (path, needs) in PATHS.items():
        begin = needs + 1
        if needs == 0 or len(sold) < max(FEWEST, begin + months + 1):
            continue
        error = _error(path, sold, months, begin)
        if error < _error(PATHS[best][0], sold, months, begin):
            best, best_error = name, error
    return best, best_error


def _error(path: Path, sold: Sequence[float], months: int, begin: int) -> float:
    places = range(max(begin, len(sold) - months - TRIED), len(sold) - months + 1)
    errors = [(sum(path(sold[:n], months)) - sum(sold[n : n + months])) ** 2 for n in places]
    if errors:
        return sum(errors) / len(errors)
    level = mean(sold, 1)[0]  # too few months to look back: how far they lie from their mean
    off = sum((value - level) ** 2 for value in sold) / max(1, len(sold) - 1)
    return off * months * (1 + months / max(1, len(sold)))
