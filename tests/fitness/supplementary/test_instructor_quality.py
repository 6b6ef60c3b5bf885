"""Certificates exist before the classes that need them; feedback and evaluations agree with the classes."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.feedback import Held, draw_feedback
from datagen.fitness.supplementary.remarks import WORDS, Facts, remark
from datagen.fitness.temper import draw_temper
from datagen.fitness.vocabulary import CLASS_CATEGORIES
from datagen.streams import Streams


def test_h53_who_teaches_holds_every_certificate_required_on_the_day(world):
    assert not world.ask("""
        select i.instanceid from classinstances i join classschedules s using (scheduleid)
        join classtypes c using (classtypeid), unnest(string_split(c.requiredcertifications, ';')) r(needed)
        where i.status <> 'Cancelled' and c.requiredcertifications is not null and not exists (
            select 1 from staffcertifications h where h.staffid = i.actualinstructorid
            and h.certificationid = r.needed and h.certificationdate <= i.classdate and h.expirydate > i.classdate)""")


def test_certificates_expire_after_their_validity_and_say_so(world):
    assert not world.ask("""
        select staffcertificationid from staffcertifications h join instructorcertifications using (certificationid)
        where h.expirydate <> h.certificationdate + to_months(validitymonths::int) or h.certificationdate >= $asof
        or (h.status = 'Active') <> (h.expirydate > $asof)""")
    assert not world.ask("""select certificationnumber from staffcertifications group by 1 having count(*) > 1""")


def test_certificates_are_renewed_in_time_while_employed_and_not_after(world):
    assert not world.ask("""
        with h as (select *, lead(certificationdate) over (partition by staffid, certificationid
            order by certificationdate) renewed from staffcertifications)
        select staffcertificationid from h join staff s using (staffid)
        where (renewed is not null and date_diff('day', renewed, expirydate) not between 18 and 45)
        or (renewed is null and expirydate < least(coalesce(terminationdate, $asof), $asof))
        or certificationdate > coalesce(terminationdate, $asof)""")


def test_h84_feedback_is_by_who_attended_about_who_taught_within_14_days(world):
    assert not world.ask("""
        select feedbackid from instructorfeedback f join classinstances i on i.instanceid = f.classinstanceid
        where f.instructorid <> i.actualinstructorid or f.feedbackdate < i.classdate
        or f.feedbackdate > i.classdate + interval 14 day or f.feedbackdate >= $asof or f.feedbackdate < $start
        or not exists (select 1 from classenrollments e where e.memberid = f.memberid
            and e.instanceid = f.classinstanceid and e.enrollmentstatus = 'Attended')""")
    assert not world.ask("select 1 from instructorfeedback group by memberid, classinstanceid having count(*) > 1")


def feedback_on(count, day, high, late=0, members=20_000):
    """Feedback of `count` attendances, by members in turn, of 100 instructors with one class each on a day."""
    classes = np.arange(count) % 100
    held = Held(
        instructors=np.arange(100),
        days=np.full(100, day, np.int32),
        late=np.full(100, late),
        attended=np.full(100, 19),
        seats=np.full(100, 20),
        categories=np.arange(100) % 8,
    )
    temper = draw_temper(100, members, Streams(3, "temper"))
    rules = FitnessRules().feedback
    return draw_feedback(classes, np.arange(count) // 100 % members, held, temper, high, rules, Streams(3, "f")), temper


def test_s16_ratings_are_j_shaped():
    feedback, _ = feedback_on(400_000, 20_000, 20_020)
    share = np.bincount(feedback.overall, minlength=6)[1:] / len(feedback)
    assert share[4] > 0.4
    assert share[4] > share[3] > share[2]
    assert share[0] > share[1]
    assert 0.05 < len(feedback) / 400_000 < 0.07
    for rating, expected in FitnessRules().feedback.ratings.items():
        assert share[int(rating) - 1] == pytest.approx(expected, abs=0.03)


def test_ratings_rise_with_the_instructor_and_with_the_member_and_fall_where_classes_begin_late():
    feedback, temper = feedback_on(400_000, 20_000, 20_020)
    member = feedback.attendances // 100 % 20_000
    for people, trait, least in ((feedback.classes, temper.skill, 0.2), (member, temper.mildness, 0.3)):
        assert np.corrcoef(trait[people], feedback.overall)[0, 1] > least
    late, _ = feedback_on(400_000, 20_000, 20_020, late=300)
    assert late.overall.mean() < feedback.overall.mean() - 0.1


def test_feedback_knows_of_no_months_but_the_survey_closes_with_the_quarter_and_on_the_as_of_day():
    def days(text, as_of_after):
        day = (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days
        return feedback_on(50_000, day, day + as_of_after)[0].days - day

    assert days("2026-02-28", 40).max() > 10, "feedback of February comes in March"
    assert days("2026-03-25", 40).max() == 6
    assert set(days("2026-02-28", 1).tolist()) == {0}
    assert len(days("2026-03-25", 40)) < len(days("2026-02-28", 40)), "who would have answered later does not"


@given(
    st.integers(1, 5), st.sampled_from(CLASS_CATEGORIES), st.integers(0, 12), st.booleans(), st.booleans(),
    st.lists(st.integers(0, 65_535), min_size=WORDS, max_size=WORDS),
)  # fmt: skip
def test_a_remark_states_only_what_holds(rating, category, late, full, small, words):
    text = remark(rating, Facts(category, late, full, small), words)
    assert text == text.strip()
    assert text[0] == text[0].upper()
    assert ("late" in text) <= (late > 0 and rating < 4)
    assert ("crowded" in text or "full house" in text.lower() or "last place" in text) <= full
    assert ("group" in text and "mixed" not in text) <= small


def test_k419_remarks_do_not_contradict_the_class(world):
    assert not world.ask("""
        select feedbackid, comments from instructorfeedback f join classinstances i on i.instanceid = f.classinstanceid
        join classschedules s using (scheduleid) where
        (comments ilike '%late%'
            and date_diff('second', i.classdate::date + s.starttime::time, i.actualstarttime) < 240)
        or (comments ilike '%crowded%' and i.actualcapacity < 0.9 * s.maxcapacity)
        or (comments ilike '%small group%' and i.actualcapacity > 0.35 * s.maxcapacity)""")


def test_an_evaluation_quotes_its_own_figures(world):
    assert not world.ask("""
        select performanceid, comments, averageattendance from instructorperformance where
        (comments like '%a class on average%' and abs(cast(regexp_extract(comments, '([0-9.]+) a class on', 1) as
            double) - averageattendance) > 0.0501)
        or (comments like '%classes a month%' and
            cast(regexp_extract(comments, '([0-9]+) classes a month', 1) as int) <> classespermonth)""")


QUARTERS = """
    with q as (select d::date low, (d + interval 3 month)::date high
        from range(date_trunc('quarter', $start::timestamp), $asof::timestamp, interval 3 month) r(d)
        where d >= $start and d + interval 3 month <= $asof),
    t as (select q.low, q.high, i.* from classinstances i join q on i.classdate >= low and i.classdate < high
        where i.status = 'Completed')
"""


def test_h84_every_instructor_who_taught_in_a_quarter_is_evaluated_once_soon_after(world):
    expected = world.ask(f"""{QUARTERS} select distinct actualinstructorid, low from t
        where high < $asof order by all""")
    found = world.ask(f"""{QUARTERS} select p.instructorid, q.low from instructorperformance p join q
        on p.evaluationdate >= q.high and p.evaluationdate < q.high + interval 20 day order by all""")
    assert found == expected
    assert len(found) == len(world.tables["instructorperformance"])
    assert not world.ask("""
        select performanceid from instructorperformance p join staff m on m.staffid = p.evaluatorid
        where m.jobtitle <> 'Manager' or p.evaluatorid = p.instructorid or p.evaluationdate >= $asof
        or p.evaluationdate < m.hiredate or p.evaluationdate > coalesce(m.terminationdate, date '9999-01-01')""")


def test_h84_evaluations_agree_with_classes_and_feedback(world):
    rows = world.ask(f"""{QUARTERS},
        e as (select instanceid, count(*) n from classenrollments where enrollmentstatus = 'Attended' group by 1),
        c as (select low, high, actualinstructorid who, count(*) classes, sum(coalesce(n, 0)) people
            from t left join e using (instanceid) group by all),
        f as (select c.low, c.who, sum(overallrating) stars, count(*) said from c join instructorfeedback i
            on i.instructorid = c.who and i.feedbackdate >= c.low and i.feedbackdate < c.high group by all),
        a as (select low, actualinstructorid who, memberid, count(*) times from t join classenrollments using
            (instanceid) where enrollmentstatus = 'Attended' group by all),
        r as (select low, who, count(*) members, count(*) filter (times > 1) again from a group by all)
        select classes, people, stars, said, members, again, p.* from instructorperformance p join c
            on p.instructorid = c.who and p.evaluationdate >= c.high and p.evaluationdate < c.high + interval 20 day
        left join f using (low, who) left join r using (low, who)""")
    assert len(rows) == len(world.tables["instructorperformance"])

    def rounded(total, count, places="0.01"):
        return float((Decimal(int(total)) / int(count)).quantize(Decimal(places), ROUND_HALF_UP))

    for classes, people, stars, said, members, again, _, _, _, _, *figures in rows:
        a_month, attendance, retention, satisfaction, professional, communication, overall, comment, goal = figures
        assert a_month == rounded(classes, 3, "1")
        assert attendance == rounded(people, classes)
        assert satisfaction == (rounded(stars, said) if said else None)
        assert retention == (rounded(100 * again, members) if members else None)
        scores = [round(score * 100) for score in (satisfaction, professional, communication) if score is not None]
        assert overall == pytest.approx(rounded(sum(scores), 100 * len(scores)))
        assert all(100 <= score <= 500 for score in scores)
        assert comment
        assert goal


def test_feedback_of_a_quarter_is_about_classes_of_that_quarter(world):
    assert not world.ask("""
        select feedbackid from instructorfeedback f join classinstances i on i.instanceid = f.classinstanceid
        where date_trunc('quarter', f.feedbackdate) <> date_trunc('quarter', i.classdate)""")
