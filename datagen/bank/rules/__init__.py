"""Every business number of the bank world, once, with its unit and source."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.accounts import AccountRules
from datagen.bank.rules.bands import BandRules
from datagen.bank.rules.campaigns import CampaignRules
from datagen.bank.rules.compliance import ComplianceRules
from datagen.bank.rules.customers import CustomerRules
from datagen.bank.rules.declare import outside
from datagen.bank.rules.employees import EmployeeRules
from datagen.bank.rules.insurance import InsuranceRules
from datagen.bank.rules.kyc import KycRules
from datagen.bank.rules.loans import LoanRules
from datagen.bank.rules.service import ServiceRules
from datagen.bank.rules.transactions import TransactionRules
from datagen.frozen import dataclass
from datagen.rules import section


@dataclass(frozen=True)
class BankRules:
    """The rules of the bank world by section; override them with `datagen.rules.override`."""

    employees: EmployeeRules = section(EmployeeRules)
    customers: CustomerRules = section(CustomerRules)
    kyc: KycRules = section(KycRules)
    accounts: AccountRules = section(AccountRules)
    transactions: TransactionRules = section(TransactionRules)
    loans: LoanRules = section(LoanRules)
    insurance: InsuranceRules = section(InsuranceRules)
    service: ServiceRules = section(ServiceRules)
    campaigns: CampaignRules = section(CampaignRules)
    compliance: ComplianceRules = section(ComplianceRules)
    bands: BandRules = section(BandRules)

    def problems(self) -> Iterator[str]:
        """Contradictions between rules of several sections."""
        yield from outside(
            "transactions.branch_hours",
            self.transactions.branch_hours,
            self.service.branches_open,
            "branches are closed",
        )
