"""Every business number of the e-commerce world, once, with its unit and source."""

from __future__ import annotations

from dataclasses import dataclass

from datagen.ecommerce.rules.bands import BandRules
from datagen.rules import section


@dataclass(frozen=True)
class EcommerceRules:
    """The rules of the e-commerce world by section; override them with `datagen.rules.override`."""

    bands: BandRules = section(BandRules)
