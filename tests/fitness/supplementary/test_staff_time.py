"""Shifts lie in employment, assignments and opening hours; hours, overtime and pay add up to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.fitness.dataset import REFERENCE_TABLES
from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.payroll import half_up
from datagen.fitness.supplementary.shifts import overtime_of
from datagen.rules import override


def test_h80_shifts_lie_inside_employment_and_opening_hours(world):
    assert not world.ask("""
        select x.scheduleid from staffschedules x join staff s using (staffid) join facilities f using (facilityid)
        where x.scheduledate < s.hiredate or x.scheduledate > coalesce(s.terminationdate, date '9999-01-01')
        or x.endtime <= x.starttime or x.starttime < f.opentime or x.endtime > f.closetime
        or x.scheduledate < $start or x.scheduledate > $asof + 13""")


def test_h80_shifts_are_at_a_facility_of_an_assignment_that_holds_that_day(world):
    assert not world.ask("""
        select scheduleid from staffschedules x where not exists (select 1 from stafffacilities a
            where a.staffid = x.staffid and a.facilityid = x.facilityid and a.startdate <= x.scheduledate
            and coalesce(a.enddate, date '9999-01-01') >= x.scheduledate)""")


def test_h80_nobody_has_two_shifts_at_once_or_more_than_60_hours_a_week(world):
    assert not world.ask("""
        select * from (select starttime, max(endtime) over (partition by staffid, scheduledate order by starttime
            rows between unbounded preceding and 1 preceding) p from staffschedules) where starttime < p""")
    assert not world.ask("""
        select staffid from staffschedules group by staffid, date_trunc('week', scheduledate)
        having sum(scheduledhours) > 60""")


def test_scheduled_hours_and_shift_types_follow_from_the_times(world):
    assert not world.ask("""
        select scheduleid from staffschedules where
        abs(scheduledhours - date_diff('second', starttime::time, endtime::time) / 3600.0) > 0.00501
        or shifttype <> case when starttime < '05:00:00' or starttime >= '20:00:00' then 'Night'
            when starttime < '11:00:00' then 'Morning' when starttime < '13:30:00' then 'Afternoon'
            else 'Evening' end""")


def test_past_shifts_are_settled_and_future_ones_scheduled(world):
    assert not world.ask("""
        select scheduleid from staffschedules where (scheduledate >= $asof) <> (status = 'Scheduled')""")


def test_an_area_of_work_belongs_to_the_facility(world):
    assert not world.ask("""
        select scheduleid from staffschedules x join facilityareas r using (areaid) where r.facilityid <> x.facilityid
        """)


def test_h81_a_class_lies_inside_a_shift_and_a_time_sheet_of_who_teaches_it(world):
    assert not world.ask("""
        select i.instanceid from classinstances i join classschedules c using (scheduleid)
        where i.status <> 'Cancelled' and not exists (select 1 from staffschedules x
            where x.staffid = i.actualinstructorid and x.facilityid = c.facilityid and x.scheduledate = i.classdate
            and x.status = case i.status when 'Completed' then 'Completed' else 'Scheduled' end
            and x.starttime <= c.starttime and x.endtime >= c.endtime)""")
    assert not world.ask("""
        select i.instanceid from classinstances i where i.status = 'Completed' and not exists (
            select 1 from stafftimetracking t where t.staffid = i.actualinstructorid
            and t.actualstarttime <= i.actualstarttime and t.actualendtime >= i.actualendtime)""")


def test_each_completed_shift_has_one_time_sheet_near_it(world):
    assert not world.ask("""
        select scheduleid, count(timetrackingid) n from staffschedules x
        left join stafftimetracking t using (scheduleid, staffid)
        group by scheduleid, status having (n = 1) <> (status = 'Completed') or n > 1""")
    assert not world.ask("""
        select timetrackingid from stafftimetracking t join staffschedules x using (scheduleid)
        join facilities f using (facilityid)
        where actualstarttime::date <> scheduledate or actualendtime::date <> scheduledate
        or actualstarttime::time < opentime::time or actualendtime::time > closetime::time
        or abs(date_diff('minute', starttime::time, actualstarttime::time)) > 150
        or abs(date_diff('minute', endtime::time, actualendtime::time)) > 150""")


def test_h82_hours_are_the_time_worked_without_the_break_exactly(world):
    assert not world.ask("""
        select timetrackingid from stafftimetracking
        where round(actualhours * 3600) <> date_diff('second', actualstarttime, actualendtime) - 60 * breakminutes
        or actualhours <= 0 or overtimehours < 0 or overtimehours > actualhours""")


def test_h82_overtime_is_what_exceeds_forty_hours_of_the_week_in_time_order(world):
    # The week in which the window begins is known in part only.
    assert not world.ask("""
        with t as (select *, round(sum(actualhours) over (partition by staffid, date_trunc('week', actualstarttime)
            order by actualstarttime), 2) total from stafftimetracking)
        select timetrackingid from t where date_trunc('week', actualstarttime) >= $start
        and abs(overtimehours - greatest(least(actualhours, total - 40), 0)) > 0.001""")


def test_full_timers_sometimes_work_overtime_and_others_hardly(demo):
    shares = dict(
        demo.ask("""select employmenttype = 'Full-Time', sum(overtimehours) / sum(actualhours)
        from stafftimetracking join staff using (staffid) group by 1""")
    )
    assert 0.002 < shares[True] < 0.05
    assert shares.get(False, 0) < 0.001


def test_overtime_of_the_first_days_of_a_window_counts_the_days_before_it(make):
    whole, part = make(2, 500, 25, 42, *last(12)), make(2, 500, 25, 42, *last(3))
    first = [
        world.ask(f"""select staffid, actualstarttime, actualhours, overtimehours from stafftimetracking
        where actualstarttime >= timestamp '{part.start}' order by all""")
        for world in (whole, part)
    ]
    assert first[0] == first[1]


def last(months):
    import datetime as dt

    return dt.date(2026, 11, 20), months


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 1_600), min_size=1, max_size=30), st.integers(1_000, 5_000))
def test_overtime_agrees_with_counting_day_by_day(hours, limit):
    expected, total = [], 0
    for day, worked in enumerate(hours):
        total = worked if day % 7 == 0 else total + worked
        expected.append(max(min(worked, total - limit), 0))
    assert overtime_of(np.array([hours]), limit).tolist() == [expected]


@given(st.integers(0, 10**9), st.integers(1, 20_000))
def test_halves_are_rounded_up(amount, unit):
    exact = (Decimal(amount) / unit).quantize(Decimal(1), ROUND_HALF_UP)
    assert half_up(np.array([amount]), unit).tolist() == [int(exact)]


def test_h82_there_is_one_slip_for_each_period_paid_in_the_window_and_employment(world):
    expected = world.ask("""
        select s.staffid, d::date from staff s, range(timestamp '2001-01-01', $asof::timestamp, interval 14 day) r(d)
        where d >= $start and d + interval 18 day < $asof and s.hiredate < d + interval 14 day
        and coalesce(s.terminationdate, $asof) >= d order by all""")
    assert world.ask("select staffid, payperiodstart::date from staffpayroll order by all") == expected
    assert not world.ask("""
        select payrollid from staffpayroll where payperiodend - payperiodstart <> interval 13 day
        or paydate >= $asof or paydate - payperiodend not between interval 3 day and interval 7 day
        or isodow(payperiodstart) <> 1""")


def test_pay_periods_are_those_of_the_rules(make_complete, demo):
    changed = override(FitnessRules(), {"staffing.pay_period_days": 7, "staffing.pay_period_origin": "2001-01-03"})
    frames = {name: demo.tables[name] for name in REFERENCE_TABLES}
    slips = make_complete(frames, 42, demo.as_of, 2, rules=changed)["staffpayroll"]
    assert len(slips)
    assert (slips["payperiodstart"].dt.day_of_week == 2).all()
    assert (slips["payperiodend"] - slips["payperiodstart"] == pd.Timedelta(days=6)).all()


def test_h82_slips_add_up_the_time_sheets_of_their_period(world):
    assert not world.ask("""
        select payrollid from staffpayroll p left join lateral (select sum(actualhours) h, sum(overtimehours) o
            from stafftimetracking t where t.staffid = p.staffid and t.actualstarttime >= p.payperiodstart
            and t.actualstarttime < p.payperiodend + interval 1 day) on true
        where abs(regularhours + overtimehours - coalesce(h, 0)) > 0.001 or abs(overtimehours - coalesce(o, 0)) > 0.001
        """)


def test_h82_pay_is_exact_to_the_cent(world):
    cent = Decimal("0.01")
    rates = dict(world.ask("select staffid, hourlyrate from staff"))
    slips = world.ask("""select staffid, regularhours, overtimehours, regularpay, overtimepay, bonuses, deductions,
        grosspay, netpay from staffpayroll""")
    assert slips or world.months == 1
    for staff, *amounts in slips:
        rate = Decimal(str(rates[staff]))
        regular, over, regular_pay, over_pay, bonus, deductions, gross, net = (Decimal(str(a)) for a in amounts)
        assert regular_pay == (regular * rate).quantize(cent, ROUND_HALF_UP)
        assert over_pay == (over * rate * 3 / 2).quantize(cent, ROUND_HALF_UP)
        assert gross == regular_pay + over_pay + bonus
        assert net == gross - deductions
        assert 0 <= deductions <= gross


def test_h83_primary_assignments_tile_the_employment(world):
    assert not world.ask("""
        with a as (select *, lead(startdate) over w nx, lag(enddate) over w pv from stafffacilities
            where isprimary window w as (partition by staffid order by startdate))
        select a.staffid from a join staff s using (staffid)
        where (pv is null and startdate <> hiredate) or (pv is not null and startdate <> pv + interval 1 day)
        or (nx is null and enddate is distinct from terminationdate) or (nx is not null and enddate is null)""")
    assert not world.ask("select staffid from staff where staffid not in (select staffid from stafffacilities)")


def test_h83_second_assignments_are_elsewhere_and_inside_the_employment(world):
    assert not world.ask("""
        select b.assignmentid from stafffacilities b join stafffacilities a using (staffid) join staff s using (staffid)
        where not b.isprimary and a.isprimary and ((a.facilityid = b.facilityid
            and a.startdate <= coalesce(b.enddate, date '9999-01-01')
            and b.startdate <= coalesce(a.enddate, date '9999-01-01'))
        or b.startdate < s.hiredate or b.startdate >= $asof or b.enddate < b.startdate
        or coalesce(b.enddate, date '9999-01-01') > coalesce(s.terminationdate, date '9999-01-01'))""")


@pytest.mark.slow
def test_some_staff_moved_and_some_have_a_second_facility(make):
    import datetime as dt

    world = make(5, 900, 120, 8, dt.date(2028, 3, 31), 36)
    rows = world.ask("select count(*) filter (isprimary), count(*) filter (not isprimary) from stafffacilities")
    assert rows[0][0] > 120
    assert rows[0][1] > 2


def test_a_chain_whose_desks_are_too_small_for_nights_says_so():
    import datetime as dt

    from datagen.fitness.rules import FitnessRules
    from datagen.fitness.supplementary.dataset import CompleteDataset
    from fitness_center_data_generator import FitnessCenterDataGenerator

    def notes(staff: int) -> list[str]:
        frames = FitnessCenterDataGenerator(5, 60, staff, 4, "2026-01-01").generate_all()
        return list(CompleteDataset(frames, FitnessRules(), 4, dt.date(2026, 1, 1), 1).notes())

    (note,) = notes(30)
    assert "open round the clock, at night without staff: members let themselves in" in note
    assert "--staff" in note
    assert notes(250) == []
