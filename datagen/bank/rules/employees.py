"""Who works for the bank, what they earn, learn and how they are rated."""

from __future__ import annotations

from datagen.bank.rules.declare import GUIDE, days, mix, share
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_LABOR = "published: wages by occupation in the United States (Bureau of Labor Statistics), rounded"
_REGION = "assumption: a regional bank of a larger city"
_SIZE = "docs/bank-story.md#sizes"


def _pay(default: int, role: str) -> int:
    return rule(  # type: ignore[no-any-return]
        default, unit=f"US dollars a year, median pay of a {role}", source=_LABOR, low=28_000, high=450_000
    )


@dataclass(frozen=True)
class EmployeeRules:
    """Number, roles, pay, employment, training and reviews of employees."""

    base: int = rule(150, unit="employees at scale 1.0", source=_SIZE, low=7, high=10_000)
    branches: int = rule(18, unit="branches, at every scale", source="docs/bank-story.md#sizes", low=15, high=20)
    home_cities: int = rule(40, unit="largest cities, one of which is the bank's home", source=_REGION, low=1, high=500)
    branch_radii: tuple[int, ...] = rule(
        (120, 240, 480, 960),
        unit="km around the home in which branches are sought, the next one if there are too few cities",
        source=_REGION,
        low=10,
        high=5_000,
    )
    founding_years: int = rule(
        38,
        unit="years ago that the bank was founded, before anybody who works now",
        source="follows: chief_service_years",
        low=36,
        high=200,
    )
    founding_spread: int = rule(
        10,
        unit="years from the founding in which departments were set up and rules came into effect",
        source="assumption: a bank takes shape in its first years",
        low=1,
        high=10,
    )
    leader_every: int = rule(
        10,
        unit="employees after which the next department gets its manager",
        source="assumption: one department in ten employees is large enough for a manager of its own",
        low=2,
        high=100,
    )
    roles: Mix = rule(
        Mix.of(
            {
                "Branch Manager": 0.06,
                "Teller": 0.20,
                "Relationship Manager": 0.12,
                "Customer Service Agent": 0.15,
                "Loan Officer": 0.08,
                "Risk Analyst": 0.05,
                "Compliance Officer": 0.05,
                "Insurance Agent": 0.06,
                "Claims Adjuster": 0.03,
                "Marketing Specialist": 0.03,
                "Operations Specialist": 0.06,
                "Systems Engineer": 0.06,
                "HR Specialist": 0.02,
                "Accountant": 0.03,
            }
        ),
        unit="share of employees but the first seven and the leaders of departments",
        source="assumption: a retail bank has most people at counters and on the telephone",
    )
    pay_chief_executive_officer: int = _pay(320_000, "Chief Executive Officer")
    pay_department_manager: int = _pay(135_000, "Department Manager")
    pay_branch_manager: int = _pay(88_000, "Branch Manager")
    pay_teller: int = _pay(38_000, "Teller")
    pay_relationship_manager: int = _pay(78_000, "Relationship Manager")
    pay_customer_service_agent: int = _pay(42_000, "Customer Service Agent")
    pay_loan_officer: int = _pay(74_000, "Loan Officer")
    pay_risk_analyst: int = _pay(86_000, "Risk Analyst")
    pay_compliance_officer: int = _pay(82_000, "Compliance Officer")
    pay_insurance_agent: int = _pay(62_000, "Insurance Agent")
    pay_claims_adjuster: int = _pay(68_000, "Claims Adjuster")
    pay_marketing_specialist: int = _pay(66_000, "Marketing Specialist")
    pay_operations_specialist: int = _pay(58_000, "Operations Specialist")
    pay_systems_engineer: int = _pay(104_000, "Systems Engineer")
    pay_hr_specialist: int = _pay(64_000, "HR Specialist")
    pay_accountant: int = _pay(72_000, "Accountant")
    pay_spread: float = rule(
        0.12,
        unit="most that pay lies above or below the median, of it",
        source="assumption: people of a role differ by a tenth",
        low=0.0,
        high=0.5,
    )
    pay_step: int = rule(
        100,
        unit="US dollars, pay is a whole multiple of it",
        source="assumption: pay is agreed in hundreds",
        low=1,
        high=1_000,
    )
    pay_growth: float = rule(
        0.012,
        unit="rise of pay a year of service, of it",
        source="assumption: pay rises by about a per cent a year beyond inflation",
        low=0.0,
        high=0.1,
    )
    least_pay: int = rule(
        28_000, unit="US dollars a year, lowest pay", source="docs/bank-story.md#employees", low=15_000, high=50_000
    )
    most_pay: int = rule(
        450_000, unit="US dollars a year, highest pay", source="docs/bank-story.md#employees", low=100_000, high=450_000
    )

    service_years: int = rule(
        20,
        unit="years, longest service but the first seven's",
        source="assumption: careers of twenty years are the longest in a bank of this size",
        low=10,
        high=30,
    )
    first_service_years: tuple[int, int] = rule(
        (11, 19),
        unit="years of service of the first seven, least and most",
        source="assumption: the first seven are older than any customer, who reach back ten years",
        low=11,
        high=30,
    )
    chief_service_years: int = rule(
        24,
        unit="years of service of the Chief Executive Officer, longest of all",
        source="assumption: nobody has been there longer",
        low=12,
        high=35,
    )
    hired_age: float = rule(
        29.0,
        unit="years, mean age when hired",
        source="assumption: most are hired in their twenties and thirties",
        low=20.0,
        high=50.0,
    )
    hired_age_spread: float = rule(
        7.0,
        unit="years, standard deviation of the age when hired",
        source="assumption: most are hired in their twenties and thirties",
        low=0.0,
        high=15.0,
    )
    youngest: int = rule(18, unit="years, least age when hired", source="docs/bank-story.md#employees", low=18, high=21)
    oldest: int = rule(
        67, unit="years, most age of those still employed", source="assumption: people retire by 67", low=50, high=75
    )
    terminated_share: float = share(
        0.18,
        "employees but the first seven and leaders, who left",
        "assumption: nearly a fifth of those ever hired has left, most of them early",
    )
    on_leave_share: float = share(
        0.03, "the others, on leave", "assumption: parental, medical and other leave of a few in a hundred"
    )
    shortest_service: int = days(
        90, "of service before leaving", "assumption: nobody leaves within the first quarter", low=1, high=365
    )

    trainings: Mix = mix(
        "employees with 2, 3 and 4 programmes", "docs/bank-story.md#employees", **{"2": 0.3, "3": 0.4, "4": 0.3}
    )
    training_statuses: Mix = mix(
        "trainings", "docs/bank-story.md#scorecard: S13", completed=0.80, in_progress=0.15, enrolled=0.05
    )
    training_years: int = rule(
        3,
        unit="years of employment in which trainings lie",
        source="assumption: programmes are renewed every few years",
        low=1,
        high=10,
    )
    mandatory_days: int = days(
        60, "from enrolment to the completion of a mandatory training", "docs/bank-story.md#employees: H67", 1, 365
    )
    training_days: tuple[int, int] = rule(
        (3, 55),
        unit="days from enrolment to completion in time",
        source="assumption: most complete a programme in the two months allowed",
        low=0,
        high=60,
    )
    late_training_days: tuple[int, int] = rule(
        (61, 120),
        unit="days from enrolment to completion of a late one",
        source="assumption: late ones take two to four months",
        low=1,
        high=365,
    )
    late_training_share: float = share(0.07, "trainings that take too long", "assumption: a few in a hundred are late")
    score_reach: tuple[int, int] = rule(
        (60, 100),
        unit="points, least result that completes a training, and most",
        source="docs/bank-story.md#employees",
        low=60,
        high=100,
    )
    score: float = rule(
        86.0, unit="points, mean test result", source="assumption: tests are made to be passed", low=60, high=100
    )
    score_spread: float = rule(
        7.0,
        unit="points, standard deviation of test results",
        source="assumption: tests are made to be passed",
        low=0,
        high=20,
    )

    ratings: Mix = mix(
        "reviews", "docs/bank-story.md#scorecard: S13", **{"1": 0.02, "2": 0.08, "3": 0.35, "4": 0.40, "5": 0.15}
    )
    review_years: int = rule(
        3, unit="calendar years with reviews, at most", source="docs/bank-story.md#employees", low=1, high=3
    )
    reviewed_after_months: int = rule(
        12, unit="months of service before the first review", source="assumption: reviews are yearly", low=1, high=36
    )
    earlier_review_share: float = share(
        0.62, "earlier years of employment with a review", "assumption: reviews of earlier years are not all kept"
    )
    review_comment_share: float = share(
        0.6, "reviews with a comment", "assumption: more than half of reviewers write something"
    )

    assigned_share: float = share(0.60, "customers with an assignment", "docs/bank-story.md#scorecard: S14")
    assignment_favour: tuple[float, ...] = rule(
        (0.0, 0.12, 0.18, 0.35),
        unit="how much likelier a segment has an adviser, as a shift of the draw: retail, premium, corporate, private",
        source="assumption: advisers look after those with more money first",
        low=0.0,
        high=1.0,
    )
    earlier_assignment_share: float = share(0.11, "assigned customers who had another one before", GUIDE)

    def pay(self, role: str) -> int:
        """The median pay of a role, US dollars a year."""
        return {
            "Chief Executive Officer": self.pay_chief_executive_officer,
            "Department Manager": self.pay_department_manager,
            "Branch Manager": self.pay_branch_manager,
            "Teller": self.pay_teller,
            "Relationship Manager": self.pay_relationship_manager,
            "Customer Service Agent": self.pay_customer_service_agent,
            "Loan Officer": self.pay_loan_officer,
            "Risk Analyst": self.pay_risk_analyst,
            "Compliance Officer": self.pay_compliance_officer,
            "Insurance Agent": self.pay_insurance_agent,
            "Claims Adjuster": self.pay_claims_adjuster,
            "Marketing Specialist": self.pay_marketing_specialist,
            "Operations Specialist": self.pay_operations_specialist,
            "Systems Engineer": self.pay_systems_engineer,
            "HR Specialist": self.pay_hr_specialist,
            "Accountant": self.pay_accountant,
        }[role]
