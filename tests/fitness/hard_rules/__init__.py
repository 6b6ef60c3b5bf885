"""The rules of docs/fitness-checks.md about the transactional tables, said once more in pandas, from the page alone.

Each function takes a `World` and returns the rows that break one sentence: an empty frame where all is well. Nothing
here is shared with the generator; that each of them can fail is shown by the tests that plant damage.
"""

from __future__ import annotations

from tests.fitness.hard_rules.bookings import (
    checked_in_if_and_only_if_attended,
    h56_seats,
    h57_enrolled_before_the_start_as_a_member,
    h58_one_enrolment_a_member_and_class,
    h59_attended_classes_of_a_member_do_not_overlap,
    h60_attended_classes_lie_inside_a_visit,
    h61_nobody_comes_to_a_cancelled_class,
    no_shows_are_not_there,
    waiting_lists_only_where_full,
)
from tests.fitness.hard_rules.classes import (
    h50_sessions_fit_their_room,
    h51_no_two_sessions_share_an_area,
    h52_instructors_are_in_one_place,
    h54_instructors_are_employed,
    h55_instances_are_complete,
    instances_tell_what_became_of_them,
)
from tests.fitness.hard_rules.memberships import (
    h14_status_of_the_running_spell,
    h15_plans_fit_ages,
    h20_spells_do_not_overlap,
    h21_first_spell_on_the_join_date,
    h22_terms_last_a_year,
    statuses_of_spells_fit_their_dates,
)
from tests.fitness.hard_rules.payments import (
    enrolments_cost_the_price_where_a_seat_is_held,
    h30_first_attempts_inside_a_spell_at_its_price,
    h31_one_due_a_period,
    h32_one_registration_fee,
    h33_class_fees_match_enrolments,
    members_keep_to_two_methods,
    payments_lie_in_the_window,
)
from tests.fitness.hard_rules.tables import (
    ALLOWED,
    KEYS,
    keys_references_and_values,
)
from tests.fitness.hard_rules.visits import (
    VISITED,
    h34_visits_lie_in_the_window,
    h40_visits_inside_a_spell,
    h41_visits_inside_opening_hours,
    h42_areas_belong_to_the_facility,
    h43_visits_of_a_member_do_not_overlap,
    h44_areas_hold_no_more_than_their_capacity,
)
from tests.fitness.hard_rules.world import DAY, INSTRUCTORS, SEAT_HOLDERS, World, ages, looked_up

__all__ = [
    "ALLOWED",
    "DAY",
    "INSTRUCTORS",
    "KEYS",
    "RULES",
    "SEAT_HOLDERS",
    "VISITED",
    "World",
    "ages",
    "broken",
    "looked_up",
]

RULES = [
    keys_references_and_values,
    h14_status_of_the_running_spell,
    h15_plans_fit_ages,
    h20_spells_do_not_overlap,
    h21_first_spell_on_the_join_date,
    h22_terms_last_a_year,
    statuses_of_spells_fit_their_dates,
    h30_first_attempts_inside_a_spell_at_its_price,
    h31_one_due_a_period,
    h32_one_registration_fee,
    h33_class_fees_match_enrolments,
    enrolments_cost_the_price_where_a_seat_is_held,
    payments_lie_in_the_window,
    members_keep_to_two_methods,
    h34_visits_lie_in_the_window,
    h40_visits_inside_a_spell,
    h41_visits_inside_opening_hours,
    h42_areas_belong_to_the_facility,
    h43_visits_of_a_member_do_not_overlap,
    h44_areas_hold_no_more_than_their_capacity,
    h50_sessions_fit_their_room,
    h51_no_two_sessions_share_an_area,
    h52_instructors_are_in_one_place,
    h54_instructors_are_employed,
    h55_instances_are_complete,
    instances_tell_what_became_of_them,
    h56_seats,
    waiting_lists_only_where_full,
    h57_enrolled_before_the_start_as_a_member,
    h58_one_enrolment_a_member_and_class,
    checked_in_if_and_only_if_attended,
    h59_attended_classes_of_a_member_do_not_overlap,
    h60_attended_classes_lie_inside_a_visit,
    h61_nobody_comes_to_a_cancelled_class,
    no_shows_are_not_there,
]


def broken(world: World) -> list[str]:
    """What breaks any of the rules, a line a rule, with an example."""
    lines = []
    for rule in RULES:
        rows = rule(world)
        if len(rows):
            example = rows.dropna(axis=1, how="all").iloc[0].to_dict()
            lines.append(f"{rule.__name__}: {len(rows)} rows, such as {example}")
    return lines
