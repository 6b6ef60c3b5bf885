"""Plans, class formats and certifications are the ones that are given."""

from __future__ import annotations

import datetime as dt

from datagen.fitness.reference.catalogue import CERTIFICATIONS, FORMATS, membership_types
from datagen.fitness.rules import FitnessRules
from datagen.fitness.vocabulary import CLASS_CATEGORIES, CLASS_MINUTES
from datagen.rules import override

PLANS = {
    "Individual Monthly": (49.99, 25.0, 1, 1),
    "Family Monthly": (89.99, 50.0, 1, 5),
    "Student Monthly": (29.99, 15.0, 1, 1),
    "Senior Monthly": (39.99, 20.0, 1, 1),
    "Corporate Monthly": (44.99, 30.0, 1, 1),
    "Individual Annual": (41.66, 0.0, 12, 1),
    "Family Annual": (75.0, 0.0, 12, 5),
    "Student Annual": (24.99, 0.0, 12, 1),
    "Senior Annual": (33.33, 0.0, 12, 1),
    "Corporate Annual": (37.49, 0.0, 12, 1),
}


def test_the_ten_plans_cost_what_the_document_says(tables):
    plans = tables["membershiptypes"]
    columns = ["monthlyfee", "registrationfee", "duration", "maxfamilymembers"]
    assert dict(zip(plans["typename"], plans[columns].itertuples(index=False, name=None), strict=True)) == PLANS
    assert list(plans["membershiptypeid"]) == [f"MT{number:03d}" for number in range(1, 11)]
    assert plans["isactive"].all()


def test_plans_are_older_than_any_membership(tables):
    assert (tables["membershiptypes"]["createddate"] < tables["members"]["joindate"].min()).all()


def test_a_changed_fee_shows_in_the_plan():
    rules = override(FitnessRules(), {"plans.student_monthly_fee": "19.5"})
    plans = membership_types(rules.plans, dt.date(2026, 11, 20)).to_pandas().set_index("typename")
    assert plans.loc["Student Monthly", "monthlyfee"] == 19.5


def test_there_are_forty_class_formats_of_the_categories(tables):
    types = tables["classtypes"]
    assert len(types) == types["classname"].nunique() == 40
    assert set(types["category"]) == set(CLASS_CATEGORIES)
    assert set(types["durationminutes"]) <= set(CLASS_MINUTES)
    assert types["maxparticipants"].between(8, 30).all()
    assert list(types["classtypeid"]) == [f"CT{number:03d}" for number in range(1, 41)]


def test_required_certifications_exist_and_half_of_the_formats_need_one(tables):
    required = tables["classtypes"]["requiredcertifications"].dropna()
    assert len(required) >= 20
    known = set(tables["instructorcertifications"]["certificationid"])
    assert {one for several in required for one in several.split(";")} <= known


def test_every_category_has_a_format_that_needs_at_most_one_certification():
    for category in CLASS_CATEGORIES:
        assert any(len(item.certifications) <= 1 for item in FORMATS if item.category == category)


def test_certifications_are_valid_for_one_to_three_years(tables):
    certifications = tables["instructorcertifications"]
    assert 12 <= len(certifications) <= 20
    assert certifications["validitymonths"].between(12, 36).all()
    assert certifications["certificationname"].is_unique
    assert certifications["issuingorganization"].str.len().gt(0).all()
    assert len(CERTIFICATIONS) == len(certifications)
