"""insurance_db."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen import people
from datagen.bank import vocabulary as words
from datagen.bank.blocks import Block
from datagen.bank.events import CATEGORY
from datagen.bank.insurance import OBJECTS
from datagen.bank.money import origins_of
from datagen.bank.rendering.ids import Ids
from datagen.bank.rendering.loans import numbers_of
from datagen.columns import Coded, Columns, Day, Labels, Money, Numbered, Rate, Texts
from datagen.pools.pool_files import Pools

_OBJECTS = Labels.of(text for kind in OBJECTS for text in kind)
_POLICY_NUMBERS = 100_000_000
_SCRAMBLE, _OFFSET = 38_196_601, 31_415_926
_PERCENT = 10_000  # ten-thousandths
_DAYS_A_YEAR = 365.25


def tables(
    block: Block, ids: Ids, moved: NDArray[np.int64], names: Pools, generation_years: int
) -> Iterator[tuple[str, Columns]]:
    """Policies and claims of a block; `moved` are the numbers of its transactions."""
    yield "policies", _policies(block, ids)
    yield "coverage", _coverage(block, ids)
    yield "beneficiaries", _beneficiaries(block, ids, names, generation_years)
    yield "claims", _claims(block, ids, moved)
    yield "premium_payments", _premiums(block, ids, moved)


def _policies(block: Block, ids: Ids) -> Columns:
    policies = block.money.policies
    count = len(policies)
    numbers = ids.firsts.get("policies", 1) + np.arange(count, dtype=np.int64)
    return {
        "policy_id": ids.serial("policies", count),
        "customer_id": ids.of("customers", policies.customers),
        "policy_number": Numbered("P-", 8, (numbers * _SCRAMBLE + _OFFSET) % _POLICY_NUMBERS),
        "policy_type": Coded(policies.types, Labels.of(words.POLICY_TYPES)),
        "agent_id": ids.employee(policies.agents),
        "premium_account_id": ids.of("accounts", policies.accounts),
        "premium_amount": Money(policies.premiums),
        "payment_frequency": Coded(policies.frequencies, Labels.of(words.FREQUENCIES)),
        "effective_date": Day(policies.effective),
        "expiration_date": Day(policies.expires),
        "status": Coded(policies.statuses, Labels.of(words.POLICY_STATUSES)),
        "end_date": Day(policies.ends, nullable=True),
        "insured_object": Coded(policies.objects, _OBJECTS),
    }


def _coverage(block: Block, ids: Ids) -> Columns:
    coverage = block.money.coverage
    return {
        "coverage_id": ids.serial("coverage", len(coverage.policies)),
        "policy_id": ids.of("policies", coverage.policies),
        "coverage_type": Coded(coverage.kinds, Labels.of(words.COVERAGE_TYPES)),
        "limit_amount": Money(coverage.limits),
        "deductible": Money(coverage.deductibles),
    }


def _beneficiaries(block: Block, ids: Ids, names: Pools, generation_years: int) -> Columns:
    """Beneficiaries of either sex, of an age that fits the relationship; most bear the holder's name."""
    named, money = block.beneficiaries, block.money
    streams, count = money.streams.at("beneficiaries"), len(block.beneficiaries.policies)
    holders = money.policies.customers[named.policies]
    years = np.array([0, generation_years, -generation_years, 0]).take(named.relationships)
    born = 1970 + np.floor(money.customers.born[holders] / _DAYS_A_YEAR).astype(np.int64) + years
    genders = pa.array(words.GENDERS).take(pa.array((streams.lanes(count, "gender") & 1).astype(np.int64)))
    surnames = people.surnames(money.streams.at("customers").words(len(money.customers), "last name"), names)
    return {
        "beneficiary_id": ids.serial("beneficiaries", count),
        "policy_id": ids.of("policies", named.policies),
        "first_name": Texts(people.first_names(genders, born, streams.words(count, "first name"), names)),
        "last_name": Texts(surnames.take(pa.array(holders))),
        "relationship": Coded(named.relationships, Labels.of(words.BENEFICIARY_RELATIONSHIPS)),
        "share_percent": Rate(named.percents * _PERCENT),
    }


def _claims(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    claims, money = block.money.claims, block.money
    paid = origins_of(money.moved, CATEGORY["insurance_claim"], len(claims.coverage))
    return {
        "claim_id": ids.serial("claims", len(claims.coverage)),
        "policy_id": ids.of("policies", money.coverage.policies[claims.coverage]),
        "coverage_id": ids.of("coverage", claims.coverage),
        "incident_date": Day(claims.incidents),
        "reported_date": Day(claims.reported),
        "claimed_amount": Money(claims.claimed),
        "status": Coded(claims.statuses, Labels.of(words.CLAIM_STATUSES)),
        "adjuster_id": ids.employee(claims.adjusters),
        "decision_date": Day(claims.decided, nullable=True),
        "paid_amount": Money(claims.paid, claims.paid < 0),
        "payment_transaction_id": ids.numbered("transactions", numbers_of(paid, moved), nullable=True),
    }


def _premiums(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    premiums, money = block.money.premiums, block.money
    paid = origins_of(money.moved, CATEGORY["insurance_premium"], len(premiums.policies))
    return {
        "payment_id": ids.serial("premium_payments", len(premiums.policies)),
        "policy_id": ids.of("policies", premiums.policies),
        "due_date": Day(premiums.due),
        "amount": Money(money.policies.premiums[premiums.policies]),
        "status": Coded(premiums.statuses, Labels.of(words.PREMIUM_STATUSES)),
        "paid_date": Day(premiums.paid, nullable=True),
        "transaction_id": ids.numbered("transactions", numbers_of(paid, moved), nullable=True),
    }
