"""The periods that loads are summed over: hours, days, weeks, months, quarters."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import numpy as np

from pm.model import instant, to_datetime
from pm.model.kinds import DAY, HOUR, WEEK
from pm.schedule.result import Ints


class Bucket(StrEnum):
    """A period."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


LENGTHS = {Bucket.HOUR: HOUR, Bucket.DAY: DAY, Bucket.WEEK: WEEK, Bucket.MONTH: 30 * DAY, Bucket.QUARTER: 91 * DAY}
"""Roughly how long each is, seconds."""

_MONTHS = {Bucket.MONTH: 1, Bucket.QUARTER: 3}


def bucket_edges(first: int, last: int, bucket: Bucket, week_start: int = 0) -> Ints:
    """Return the edges of the whole buckets that hold the instants `first` to `last`: one more than there are buckets.

    Args:
        first, last: Instants.
        bucket: The period.
        week_start: The day that weeks begin on, 0 is Monday.
    """
    months = _MONTHS.get(bucket)
    if months is None:
        step = LENGTHS[bucket]
        origin = (week_start - 3) * DAY if bucket is Bucket.WEEK else 0  # 1970 began on a Thursday
        begin = first - (first - origin) % step
        return np.arange(begin, max(last, begin + 1) + step, step, dtype=np.int64)
    at = to_datetime(first)
    number = at.year * 12 + (at.month - 1) // months * months
    edges = [_month(number)]
    while edges[-1] < max(last, first + 1):
        number += months
        edges.append(_month(number))
    return np.array(edges, dtype=np.int64)


def _month(number: int) -> int:
    return instant(datetime(number // 12, number % 12 + 1, 1))
