"""What the chain offers: its plans, class formats and the certifications its instructors can hold."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from datagen.arrays import array_of
from datagen.calendar import SECONDS_AN_HOUR, add_months, day_number, month_number, month_start
from datagen.columns import Flag, Money, Serial, Stamp, Whole
from datagen.fitness.reference.frames import frame
from datagen.fitness.rules.plans import PlanRules
from datagen.fitness.vocabulary import CERTIFICATION_SEPARATOR

PLAN_KINDS = {
    "Individual": "for one adult",
    "Family": "for a household",
    "Student": "for students with proof of enrolment",
    "Senior": "for older members",
    "Corporate": "for employees of partner companies",
}
_TERMS = {
    "Monthly": "all clubs and classes; paid every month",
    "Annual": "all clubs and classes; paid a year in advance",
}


class Certification(NamedTuple):
    """A certification of the trade."""

    name: str
    issuer: str
    description: str
    months: int


class Format(NamedTuple):
    """A class format: minutes, most participants, and the names of its certifications."""

    name: str
    category: str
    minutes: int
    participants: int
    certifications: tuple[str, ...]
    description: str


GROUP, TRAINER, RESCUE = "Group Fitness Instructor", "Certified Personal Trainer", "Adult First Aid/CPR/AED"
YOGA, PILATES, BARRE, TAI_CHI = (
    "Registered Yoga Teacher (RYT 200)",
    "Nationally Certified Pilates Teacher (NCPT)",
    "Barre Above Instructor",
    "Tai Chi for Health Instructor",
)
SPIN, ZUMBA, AQUA = "Spinning Instructor", "Zumba Basic 1 Instructor", "Aquatic Fitness Professional (AFP)"
KETTLEBELL, TRX, PUMP = "SFG Level I Kettlebell Instructor", "TRX Suspension Training Course", "BODYPUMP Instructor"
STRENGTH, FIGHT = "Certified Strength and Conditioning Specialist (CSCS)", "MMA Conditioning Specialist (MMACS)"

CERTIFICATIONS = (
    Certification(GROUP, "American Council on Exercise", "Leading safe and effective group exercise", 24),
    Certification(TRAINER, "National Academy of Sports Medicine", "Assessing and training single clients", 24),
    Certification(RESCUE, "American Red Cross", "First aid, resuscitation and defibrillation", 24),
    Certification(YOGA, "Yoga Alliance", "Yoga teaching after a 200-hour training", 36),
    Certification(PILATES, "National Pilates Certification Program", "Mat and apparatus Pilates", 24),
    Certification(SPIN, "Mad Dogg Athletics", "Coaching indoor cycling by cadence and heart rate", 24),
    Certification(ZUMBA, "Zumba Fitness", "Basic Latin rhythms and how to teach them", 12),
    Certification(AQUA, "Aquatic Exercise Association", "Shallow- and deep-water exercise", 24),
    Certification(KETTLEBELL, "StrongFirst", "Teaching the six basic kettlebell skills", 24),
    Certification(TRX, "TRX Training", "Suspension training for individuals and groups", 24),
    Certification(PUMP, "Les Mills", "Teaching the BODYPUMP barbell workout", 12),
    Certification(
        STRENGTH, "National Strength and Conditioning Association", "Strength and conditioning of athletes", 36),
    Certification(FIGHT, "National Academy of Sports Medicine", "Striking drills and fight conditioning", 24),
    Certification(BARRE, "Barre Above", "Barre technique, music and class design", 24),
    Certification(TAI_CHI, "Tai Chi for Health Institute", "Sun-style Tai Chi for balance and joints", 24),
    Certification(
        "Certified Exercise Physiologist", "American College of Sports Medicine", "Exercise for patients", 36),
    Certification("Lifeguarding", "American Red Cross", "Surveillance and water rescue", 24),
    Certification("Schwinn Indoor Cycling Instructor", "Schwinn Education", "Power-based indoor cycling", 24),
)  # fmt: skip

FORMATS = (
    Format("Vinyasa Yoga", "Mind & Body", 60, 22, (YOGA,), "Flowing sequences led by the breath"),
    Format("Hatha Yoga", "Mind & Body", 60, 24, (YOGA,), "Classic postures held long enough to learn them"),
    Format("Power Yoga", "Mind & Body", 45, 22, (YOGA,), "A brisk and strong flow"),
    Format("Yin Yoga", "Mind & Body", 60, 20, (YOGA,), "Long passive holds for deep tissue"),
    Format("Restorative Yoga", "Mind & Body", 90, 16, (YOGA,), "Supported postures for rest and recovery"),
    Format("Mat Pilates", "Mind & Body", 45, 18, (PILATES,), "Core control on the mat"),
    Format("Barre", "Mind & Body", 45, 20, (BARRE,), "Small ballet-inspired movements at the barre"),
    Format("Tai Chi", "Mind & Body", 60, 24, (TAI_CHI,), "Slow forms for balance and calm"),
    Format("Stretch and Mobility", "Mind & Body", 30, 24, (), "Guided stretching for every joint"),
    Format("HIIT", "Cardio", 30, 24, (GROUP,), "Short all-out intervals with short rests"),
    Format("Tabata", "Cardio", 30, 20, (GROUP,), "Twenty seconds of work and ten of rest in eight rounds"),
    Format("Step Aerobics", "Cardio", 45, 24, (GROUP,), "Choreography on and around the step"),
    Format("Low-Impact Cardio", "Cardio", 45, 26, (), "A steady workout that spares the joints"),
    Format("Cardio Interval Mix", "Cardio", 45, 24, (), "Easy and hard minutes in turn"),
    Format("BODYPUMP", "Strength", 45, 24, (PUMP,), "Light barbells and many repetitions to music"),
    Format("Kettlebell Strength", "Strength", 45, 14, (KETTLEBELL,), "Swings, presses and get-ups"),
    Format("Total Body Sculpt", "Strength", 45, 24, (GROUP,), "Dumbbells and body weight for every muscle group"),
    Format("Barbell Foundations", "Strength", 60, 10, (STRENGTH,), "Squat, press and deadlift from the ground up"),
    Format("Core Express", "Strength", 30, 26, (), "Half an hour for abdomen and back"),
    Format("Strength for Beginners", "Strength", 60, 16, (TRAINER,), "First steps with free weights and machines"),
    Format("Spinning", "Cycling", 45, 18, (SPIN,), "Hills, sprints and jumps on the bike"),
    Format("Rhythm Ride", "Cycling", 45, 18, (SPIN,), "Riding to the beat"),
    Format("Endurance Ride", "Cycling", 90, 16, (SPIN, RESCUE), "A long steady ride by heart rate"),
    Format("Power Intervals Ride", "Cycling", 60, 18, (), "Intervals by measured watts"),
    Format("Cycle Express", "Cycling", 30, 18, (), "Half an hour on the bike"),
    Format("Zumba", "Dance", 60, 28, (ZUMBA,), "Latin dance party"),
    Format("Zumba Gold", "Dance", 45, 24, (ZUMBA,), "Latin dance at an easy pace"),
    Format("Hip-Hop Dance Fitness", "Dance", 45, 24, (GROUP,), "Street dance routines as a workout"),
    Format("Line Dancing", "Dance", 60, 30, (), "Country and pop steps in rows"),
    Format("Aqua Aerobics", "Aqua", 45, 24, (AQUA,), "Shallow-water exercise to music"),
    Format("Deep Water Running", "Aqua", 45, 16, (AQUA,), "Running with a flotation belt"),
    Format("Aqua Zumba", "Aqua", 45, 24, (AQUA, ZUMBA), "Latin dance in the pool"),
    Format("Gentle Aqua Mobility", "Aqua", 45, 18, (), "Easy movement in warm water"),
    Format("Kickboxing", "Martial Arts", 45, 20, (GROUP,), "Punches and kicks on the bag and in the air"),
    Format("Boxing Fundamentals", "Martial Arts", 60, 16, (FIGHT,), "Stance, guard and combinations"),
    Format("Muay Thai Conditioning", "Martial Arts", 60, 14, (FIGHT,), "Pads, knees and elbows"),
    Format("Self-Defense Basics", "Martial Arts", 60, 18, (), "Releases, blocks and how to get away"),
    Format("TRX Suspension Training", "Functional", 45, 12, (TRX,), "Body-weight strength on straps"),
    Format("Boot Camp", "Functional", 45, 24, (GROUP, RESCUE), "Team drills with bags, ropes and boxes"),
    Format("Circuit Training", "Functional", 30, 20, (), "Stations by the clock"),
)


def membership_types(rules: PlanRules, as_of: dt.date) -> pa.Table:
    """`membershiptypes`: five kinds of plan, monthly and annual, at the fees of the rules."""
    names = [(kind, term) for term in ("Monthly", "Annual") for kind in PLAN_KINDS]
    monthly = np.array([term == "Monthly" for _, term in names])
    registrations = [
        rules.registrations[kind] if term == "Monthly" else rules.annual_registration for kind, term in names
    ]
    hour = SECONDS_AN_HOUR * rules.created_hour
    offered = month_start(month_number(add_months(day_number(as_of), -12 * rules.years_offered)))
    count = len(names)
    return frame(
        {
            "membershiptypeid": Serial("MT", 3, 1, count),
            "typename": array_of([f"{kind} {term}" for kind, term in names]),
            "description": array_of([f"{term} plan {PLAN_KINDS[kind]}; {_TERMS[term]}" for kind, term in names]),
            "monthlyfee": Money(_cents([rules.fees[name] for name in names])),
            "registrationfee": Money(_cents(registrations)),
            "duration": Whole(np.where(monthly, rules.monthly_duration, rules.annual_duration)),
            "maxfamilymembers": Whole(np.array([rules.family_size if kind == "Family" else 1 for kind, _ in names])),
            "isactive": Flag(np.ones(count, np.bool_)),
            "createddate": Stamp(np.full(count, offered, np.int32), np.full(count, hour, np.int32)),
        }
    )


def class_types() -> pa.Table:
    """`classtypes`: the formats, with the ids of the certifications they require."""
    count = len(FORMATS)
    ids = dict(zip((item.name for item in CERTIFICATIONS), _certification_ids(), strict=True))
    return frame(
        {
            "classtypeid": Serial("CT", 3, 1, count),
            "classname": array_of([item.name for item in FORMATS]),
            "category": array_of([item.category for item in FORMATS]),
            "description": array_of([item.description for item in FORMATS]),
            "durationminutes": Whole(np.array([item.minutes for item in FORMATS])),
            "maxparticipants": Whole(np.array([item.participants for item in FORMATS])),
            "requiredcertifications": array_of(
                [CERTIFICATION_SEPARATOR.join(ids[name] for name in item.certifications) or None for item in FORMATS]
            ),
            "isactive": Flag(np.ones(count, np.bool_)),
        }
    )


def certifications() -> pa.Table:
    """`instructorcertifications`: real certifications with their issuing bodies and validity; some format requires
    those that are marked so."""
    required = {name for item in FORMATS for name in item.certifications}
    return frame(
        {
            "certificationid": array_of(_certification_ids()),
            "certificationname": array_of([item.name for item in CERTIFICATIONS]),
            "issuingorganization": array_of([item.issuer for item in CERTIFICATIONS]),
            "description": array_of([item.description for item in CERTIFICATIONS]),
            "validitymonths": Whole(np.array([item.months for item in CERTIFICATIONS])),
            "isrequired": Flag(np.array([item.name in required for item in CERTIFICATIONS])),
        }
    )


def _certification_ids() -> list[str]:
    count = len(CERTIFICATIONS)
    ids: list[str] = Serial("CERT", 3, 1, count).text().to_pylist()
    return ids


def _cents(amounts: list[float]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([round(amount * 100) for amount in amounts], np.int64)
