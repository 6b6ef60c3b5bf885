"""Every business number of the e-commerce world, once, with its unit and source."""

from __future__ import annotations

from datagen.ecommerce.rules.bands import BandRules
from datagen.ecommerce.rules.catalogue import CatalogueRules
from datagen.ecommerce.rules.demand import DemandRules
from datagen.ecommerce.rules.life import LifeRules
from datagen.ecommerce.rules.orders import OrderRules
from datagen.ecommerce.rules.promotions import PromotionRules
from datagen.ecommerce.rules.returns import ReturnRules
from datagen.ecommerce.rules.stock import StockRules
from datagen.frozen import dataclass
from datagen.rules import section


@dataclass(frozen=True)
class EcommerceRules:
    """The rules of the e-commerce world by section; override them with `datagen.rules.override`."""

    catalogue: CatalogueRules = section(CatalogueRules)
    promotions: PromotionRules = section(PromotionRules)
    demand: DemandRules = section(DemandRules)
    orders: OrderRules = section(OrderRules)
    stock: StockRules = section(StockRules)
    life: LifeRules = section(LifeRules)
    returns: ReturnRules = section(ReturnRules)
    bands: BandRules = section(BandRules)
