"""customer_db, and the customers of accounts_db: the same persons, word for word."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.blocks import FORMER, PROSPECT, Block
from datagen.bank.customers import CORPORATE, OCCUPATIONS, identify
from datagen.bank.draws import SECONDS_AN_HOUR
from datagen.bank.history import History
from datagen.bank.opinions import BLAME, GRIEVANCES, MIDDLING, PRAISE
from datagen.bank.rendering.ids import Ids
from datagen.bank.rendering.loans import numbers_of
from datagen.columns import NULL, Coded, Column, Columns, Day, Flag, Labels, Money, Stamp, Texts, Whole, or_null

_COMMENTS = Labels.of((*PRAISE, *MIDDLING, *BLAME))
_GRIEVANCES = Labels.of(text for name in words.COMPLAINT_TYPES for text in GRIEVANCES[name])
_DAY = 86_400


def tables(history: History, block: Block, ids: Ids, moved: NDArray[np.int64]) -> Iterator[tuple[str, Columns]]:
    """The tables about the customers of a block; `moved` are the numbers of its transactions."""
    money = block.money
    person, companies = _person(history, block)
    count = len(money.customers)
    profile = {"customer_id": ids.serial("customers", count)} | person
    yield "customer_profiles", profile | _profile(block, ids, companies, history.rules.service.telephone_served)
    yield "interactions", _interactions(block, ids)
    yield "satisfaction_surveys", _surveys(block, ids)
    yield "complaints", _complaints(block, ids, moved)
    yield "campaign_responses", _responses(block, ids)
    inactive = np.isin(block.stages, (PROSPECT, FORMER)).astype(np.intp)
    business = (money.customers.segments == CORPORATE).astype(np.intp)
    yield (
        "customers",
        {
            "customer_id": ids.serial("customers", count),
            **{name: column for name, column in person.items() if name != "gender"},
            "customer_type": Coded(business, Labels.of(words.CUSTOMER_TYPES)),
            "created_date": Day(money.customers.since),
            "status": Coded(inactive, Labels.of(words.CUSTOMER_STATUSES)),
        },
    )


def _person(history: History, block: Block) -> tuple[dict[str, Column], Texts]:
    """The columns that both databases have, and the companies."""
    customers, places = block.money.customers, history.branches.places
    identity = identify(
        block.money.streams.at("customers"), customers, history.branches, history.streets, history.names
    )
    home = pa.array(customers.homes)
    person: dict[str, Column] = {
        "first_name": Texts(identity.first_names),
        "last_name": Texts(identity.last_names),
        "gender": Coded(customers.genders, Labels.of(words.GENDERS)),
        "date_of_birth": Day(customers.born),
        "email": Texts(identity.emails),
        "phone": Texts(identity.phones),
        "address": Texts(identity.addresses),
        "city": Texts(places.city.take(home)),
        "state": Texts(places.state.take(home)),
        "zip_code": Texts(places.zipcode.take(home)),
    }
    return person, Texts(identity.companies)


def _profile(block: Block, ids: Ids, companies: Texts, served: tuple[int, int]) -> dict[str, Column]:
    """The columns behind the person's; changes come while the telephone is `served`."""
    money, customers = block.money, block.money.customers
    count = len(customers)
    latest = money.records.latest
    opens, closes = (hour * SECONDS_AN_HOUR for hour in served)
    clock = (opens + money.streams.at("customers").below(closes - opens, count, "update clock")).astype(np.int32)
    return {
        "segment": Coded(customers.segments, Labels.of(words.SEGMENTS)),
        "company_name": companies,
        "occupation": Coded(customers.occupations, Labels.of(OCCUPATIONS)),
        "annual_income": Money(customers.incomes * 100),
        "customer_since": Day(customers.since),
        "lifecycle_stage": Coded(block.stages, Labels.of(words.LIFECYCLE_STAGES)),
        "kyc_status": Coded(money.records.statuses[latest], Labels.of(words.KYC_STATUSES)),
        "risk_class": Coded(money.records.classes[latest], Labels.of(words.RISK_LEVELS)),
        "preferred_channel": Coded(customers.channels, Labels.of(words.CHANNELS)),
        "marketing_opt_in": Flag(block.opted_in),
        "assigned_agent_id": ids.employee(block.assignments.current, nullable=True),
        "updated_at": Stamp(block.updated, clock),
    }


def _interactions(block: Block, ids: Ids) -> Columns:
    contacts = block.contacts
    return {
        "interaction_id": ids.serial("interactions", len(contacts)),
        "customer_id": ids.of("customers", contacts.customers),
        "channel": Coded(contacts.channels, Labels.of(words.CHANNELS)),
        "reason": Coded(contacts.reasons, Labels.of(words.REASONS)),
        "started_at": Stamp(contacts.days, contacts.starts),
        "duration_seconds": Whole(contacts.seconds),
        "handled_by": ids.employee(contacts.handlers, nullable=True),
        "account_id": ids.of("accounts", contacts.accounts, nullable=True),
        "outcome": Coded(contacts.outcomes, Labels.of(words.OUTCOMES)),
    }


def _surveys(block: Block, ids: Ids) -> Columns:
    surveys = block.surveys
    return {
        "survey_id": ids.serial("satisfaction_surveys", len(surveys.contacts)),
        "interaction_id": ids.of("interactions", surveys.contacts),
        "customer_id": ids.of("customers", block.contacts.customers[surveys.contacts]),
        "responded_at": Stamp(surveys.days, surveys.seconds),
        "nps_score": Whole(surveys.scores),
        "satisfaction_rating": Whole(surveys.stars),
        "comments": Coded(surveys.comments, _COMMENTS, nullable=True),
    }


def _complaints(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    complaints = block.complaints
    statuses = complaints.statuses
    resolved = statuses == words.COMPLAINT_STATUSES.index("resolved")
    closed = statuses == words.COMPLAINT_STATUSES.index("closed")
    return {
        "complaint_id": ids.serial("complaints", len(complaints)),
        "customer_id": ids.of("customers", block.contacts.customers[complaints.contacts]),
        "interaction_id": ids.of("interactions", complaints.contacts),
        "complaint_type": Coded(complaints.types, Labels.of(words.COMPLAINT_TYPES)),
        "filed_date": Day(complaints.filed),
        "status": Coded(statuses, Labels.of(words.COMPLAINT_STATUSES)),
        "priority": Coded(complaints.priorities, Labels.of(words.RISK_LEVELS)),
        "handled_by": ids.employee(complaints.handlers),
        "first_response_date": Day(complaints.answered, nullable=True),
        "resolution_date": Day(or_null(resolved, complaints.ended), nullable=True),
        "closed_date": Day(or_null(closed, complaints.ended), nullable=True),
        "transaction_id": ids.numbered("transactions", numbers_of(complaints.transactions, moved), nullable=True),
        "description": Coded(complaints.grievances, _GRIEVANCES),
    }


def _responses(block: Block, ids: Ids) -> Columns:
    responses = block.responses
    return {
        "response_id": ids.serial("campaign_responses", len(responses.customers)),
        "campaign_id": ids.numbered("campaigns", responses.campaigns.astype(np.int64) + 1),
        "customer_id": ids.of("customers", responses.customers),
        "response_type": Coded(responses.types, Labels.of(words.RESPONSE_TYPES)),
        "response_date": Day(responses.days),
        "converted": Flag(responses.converted != NULL),
        "conversion_date": Day(responses.converted, nullable=True),
    }
