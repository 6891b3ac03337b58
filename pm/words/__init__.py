"""Values as the text people type and read: the one place that reads and writes them.

=========== ============================================== ====================== =========================================
what        examples                                       error                  means
=========== ============================================== ====================== =========================================
duration    ``3d`` ``2w`` ``4h`` ``30m`` ``1mo`` ``20s``   `value.duration`       working time, by the project's `Units`
            ``5ed`` ``36eh``                                                      elapsed: round the clock
            ``1.5d?``                                                             a guess (estimated)
            ``1d 2h``                                                             a sum; the first unit is the one shown
lag         ``+2d`` ``-1ed`` ``+50%`` ``+50e%``            `value.lag`            a share is of the predecessor's duration
predecessor ``3.1SS+2d, 4FF-1ed, 5FS+50%, 6``              `value.predecessor`    task, link type, lag; FS where none given
percent     ``50%`` ``12.5``                               `value.percent`
quantity    ``1.5``                                        `value.quantity`       units of a material
money       ``1200.50`` ``1 200.50 EUR``                   `value.money`
rate        ``85`` ``85/h`` ``680/d``                      `value.rate`           per hour, or per unit of a material
instant     ``2026-01-12`` ``2026-01-12T13:30``            `value.date`           dates people say are `pm.dates`' business
flag        ``yes`` ``off`` ``1``                          `value.flag`
whole       ``42``                                         `value.number`
repetition  ``2 weeks on mon and thu``                     `value.repetition`     how often a recurring task is
            ``month on the last friday``
=========== ============================================== ====================== =========================================

Reading is exact and rounds once; a point, never a comma, stands before decimals, so that no text has two meanings. What is
written reads back as the same value in the same unit, unless it was asked for in few `places`. Every error is an
`InputError` whose hint shows how to write it.
"""

from pm.words.amounts import (
    grouped_money,
    money_text,
    number,
    parse_flag,
    parse_money,
    parse_percent,
    parse_quantity,
    parse_rate,
    parse_whole,
    percent_text,
    quantity_text,
    rate_text,
)
from pm.words.durations import NO_LAG, Duration, Lag, duration_text, lag_text, parse_duration, parse_lag
from pm.words.fields import AMOUNTS, parse_amount, value_text
from pm.words.instants import date_text, instant_text, iso_text, parse_iso
from pm.words.predecessors import (
    Predecessor,
    link_text,
    parse_predecessors,
    predecessors_text,
    quoted,
    split_list,
)
from pm.words.repetitions import Repetition, parse_repetition, repetition_text
from pm.words.units import USUAL, Units, is_elapsed, lag_kind

__all__ = [
    "AMOUNTS",
    "NO_LAG",
    "USUAL",
    "Duration",
    "Lag",
    "Predecessor",
    "Repetition",
    "Units",
    "date_text",
    "duration_text",
    "grouped_money",
    "instant_text",
    "is_elapsed",
    "iso_text",
    "lag_kind",
    "lag_text",
    "link_text",
    "money_text",
    "number",
    "parse_amount",
    "parse_duration",
    "parse_flag",
    "parse_iso",
    "parse_lag",
    "parse_money",
    "parse_percent",
    "parse_predecessors",
    "parse_quantity",
    "parse_rate",
    "parse_repetition",
    "parse_whole",
    "percent_text",
    "predecessors_text",
    "quantity_text",
    "quoted",
    "rate_text",
    "repetition_text",
    "split_list",
    "value_text",
]
