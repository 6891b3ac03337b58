"""Calendar periods: days, weeks, months, quarters and years, as instants between them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from pm.cost.flow import Ints
from pm.model import instant, to_datetime


class Bucket(StrEnum):
    """How long the periods are that money is shown by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def periods(first: int, last: int, bucket: Bucket, week_start: int = 0) -> Ints:
    """Return the instants between periods: the first at or before `first`, the last after `last`.

    Args:
        first, last: Instants.
        bucket: How long a period is.
        week_start: The first day of a week, 0 for Monday.
    """
    at = to_datetime(first).replace(hour=0, minute=0, second=0)
    if bucket is Bucket.WEEK:
        at -= timedelta(days=(at.weekday() - week_start) % 7)
    elif bucket is Bucket.MONTH:
        at = at.replace(day=1)
    elif bucket is Bucket.QUARTER:
        at = at.replace(day=1, month=(at.month - 1) // 3 * 3 + 1)
    elif bucket is Bucket.YEAR:
        at = at.replace(day=1, month=1)
    edges = [instant(at)]
    while edges[-1] <= last:
        at = _next(at, bucket)
        edges.append(instant(at))
    return np.array(edges, dtype=np.int64)


_DAYS = {Bucket.DAY: 1, Bucket.WEEK: 7}
_MONTHS = {Bucket.MONTH: 1, Bucket.QUARTER: 3, Bucket.YEAR: 12}


def _next(at: datetime, bucket: Bucket) -> datetime:
    if bucket in _DAYS:
        return at + timedelta(days=_DAYS[bucket])
    month = at.month - 1 + _MONTHS[bucket]
    return at.replace(year=at.year + month // 12, month=month % 12 + 1)
