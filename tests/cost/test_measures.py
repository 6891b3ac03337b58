"""Published examples of earned value and earned schedule, and what holds for all numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.cost.earned_schedule import EarnedSchedule, earned_schedule
from pm.cost.measures import Eac, Measures

money = st.integers(0, 10**12)


def rounded(value: Fraction | None, places: int = 2) -> float | None:
    return None if value is None else round(float(value), places)


def test_the_deck_of_wnwk() -> None:
    """Source: wnwk.com, earned value deck (BAC 500, PV 300, EV 200, AC 250); the last three follow from it."""
    m = Measures(bac=500, pv=300, ev=200, ac=250)
    assert (m.cv, m.sv, rounded(m.cpi), rounded(m.spi)) == (-50, -100, 0.80, 0.67)
    assert (m.eac(), m.etc(), m.vac()) == (625, 375, -125)
    assert (m.tcpi, m.eac(Eac.BUDGET)) == (Fraction(6, 5), 550)
    in_tenths = Measures(bac=5000, pv=3000, ev=2000, ac=2500)
    assert in_tenths.eac(Eac.CPI_SPI) == 8125


def test_the_bread_project() -> None:
    """Source: geocities.com/questpond, in tenths: the third hour of baking (the page prints an SPI of .6)."""
    m = Measures(bac=80, pv=24, ev=16, ac=30)
    assert (m.sv, m.cv, rounded(m.cpi), rounded(m.spi), rounded(m.tcpi)) == (-8, -14, 0.53, 0.67, 1.28)


def test_the_board_exam() -> None:
    """Source: ceboardexamgenerator: EAC of 5 million, and a CPI and TCPI of 3.0 earned for 3.5 spent of 10."""
    assert Measures(bac=5_000_000, pv=0, ev=1_500_000, ac=1_800_000).eac() == 6_000_000
    m = Measures(bac=10_000_000, pv=0, ev=3_000_000, ac=3_500_000)
    assert (rounded(m.cpi, 3), rounded(m.tcpi, 3)) == (0.857, 1.077)


def test_the_coder() -> None:
    """PV 400, EV 800, AC 300: ahead of the plan and below the budget."""
    m = Measures(bac=800, pv=400, ev=800, ac=300)
    assert (m.cv, m.sv, m.spi) == (500, 400, 2)


def test_the_weighted_estimate_and_the_one_from_below() -> None:
    """AC + (BAC - EV) / (0.8 CPI + 0.2 SPI), by hand: 250 + 300 / (0.64 + 0.1333) = 637.93."""
    m = Measures(bac=50_000, pv=30_000, ev=20_000, ac=25_000, remaining=31_000)
    assert (m.eac(Eac.WEIGHTED), m.eac(Eac.BOTTOM_UP)) == (63_793, 56_000)


def test_what_cannot_be_divided_is_nothing() -> None:
    m = Measures(bac=100, pv=0, ev=0, ac=0)
    assert [m.spi, m.cpi, m.sv_percent, m.cv_percent, m.eac(), m.etc(), m.vac(), m.eac(Eac.CPI_SPI)] == [None] * 8
    assert m.tcpi == 1
    spent = Measures(bac=100, pv=100, ev=50, ac=120)
    assert (spent.tcpi, spent.unattainable) == (None, True)
    ended = Measures(bac=100, pv=100, ev=100, ac=120)
    assert (ended.tcpi, ended.unattainable, ended.eac()) == (None, False, 120)


@given(st.builds(Measures, money, money, money, money, money))
def test_measures_hold_together(m: Measures) -> None:
    for form in Eac:
        eac = m.eac(form)
        if eac is not None:
            assert m.etc(form) == eac - m.ac
            assert m.vac(form) == m.bac - eac
    if m.cpi and m.eac() is not None:
        assert abs(Fraction(m.bac) / m.cpi - (m.eac() or 0)) <= Fraction(1, 2)
    if m.tcpi is not None:
        assert m.ac + (m.bac - m.ev) / m.tcpi == m.bac
    if m.ev == m.bac and m.cpi:
        assert m.eac() == m.eac(Eac.BUDGET) == m.ac


PLANNED = [10, 25, 45, 70, 100, 130, 160]


def test_earned_schedule_of_a_late_project() -> None:
    """Lipke's rule, ES = C + I: 115 is earned after 7 periods, which the plan had after 5 and a half."""
    es = earned_schedule(PLANNED, 115)
    s = EarnedSchedule(es, Fraction(7), Fraction(7))
    assert (s.es, s.sv, rounded(s.spi, 4), rounded(s.ieac, 3)) == (5.5, -1.5, 0.7857, 8.909)
    assert (s.ieac_as_planned, s.tspi, s.unattainable) == (8.5, None, True)


def test_earned_schedule_where_the_plan_pauses_and_at_its_ends() -> None:
    assert earned_schedule([10, 10, 20], 10) == 2
    assert earned_schedule([10, 20, 20, 20], 20) == 2
    assert earned_schedule([10, 20], 0) == 0
    assert earned_schedule([], 5) == 0


def test_a_late_end_shows_in_time_though_not_in_money() -> None:
    """At the end SV is 0 and SPI is 1, but SPI(t) stays below 1."""
    m, s = Measures(160, 160, 160, 200), EarnedSchedule(earned_schedule(PLANNED, 160), Fraction(9), Fraction(7))
    assert (m.sv, m.spi, rounded(s.spi, 3), s.ieac) == (0, 1, 0.778, 9)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.integers(0, 25_000), st.integers(1, 40))
def test_earned_schedule_holds_together(steps: list[int], earned: int, passed: int) -> None:
    planned = [sum(steps[: n + 1]) for n in range(len(steps))]
    es = earned_schedule(planned, earned)
    assert 0 <= es <= len(steps)
    if earned < planned[-1]:
        whole = int(es)
        reached = planned[whole - 1] if whole else 0
        assert reached <= earned < planned[whole]
        assert reached + (es - whole) * (planned[whole] - reached) == earned
    s = EarnedSchedule(es, Fraction(passed), Fraction(len(steps)), Fraction(4, 5))
    if s.spi:
        assert s.ieac == s.pd / s.spi
        assert s.ieac_cost == s.at + (s.pd - s.es) / (s.spi * Fraction(4, 5))
    if s.tspi is not None:
        assert s.es + (s.pd - s.at) * s.tspi == s.pd


def test_forecasts_need_something_earned() -> None:
    s = EarnedSchedule(Fraction(0), Fraction(3), Fraction(7))
    assert (s.ieac, s.ieac_cost, s.spi, s.tspi) == (None, None, 0, pytest.approx(7 / 4))
