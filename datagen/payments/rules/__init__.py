"""Every business number of the payments world, once, with its unit and source."""

from __future__ import annotations

from datagen.frozen import dataclass
from datagen.payments.rules.activity import ActivityRules
from datagen.payments.rules.bands import BandRules
from datagen.payments.rules.business import BusinessRules, SizeRules
from datagen.payments.rules.cards import CardRules
from datagen.payments.rules.payments import PaymentRules
from datagen.rules import section


@dataclass(frozen=True)
class PaymentsRules:
    """The rules of the payments world by section; override them with `datagen.rules.override`."""

    business: BusinessRules = section(BusinessRules)
    sizes: SizeRules = section(SizeRules)
    activity: ActivityRules = section(ActivityRules)
    cards: CardRules = section(CardRules)
    payments: PaymentRules = section(PaymentRules)
    bands: BandRules = section(BandRules)
