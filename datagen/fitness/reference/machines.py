"""The lines of equipment of the trade: what stands in which room, who makes it and what it costs.

Only what a member trains on is listed, since members' use is recorded machine by machine. The 18 to 22 cycles of a Spin
room seat the largest Cycling class.
"""

from __future__ import annotations

from typing import NamedTuple


class Model(NamedTuple):
    """A product: brand, model and usual price in USD."""

    brand: str
    name: str
    price: int


class Line(NamedTuple):
    """A kind of equipment in an area type: how many a room has, least and most, and months of warranty."""

    area: str
    kind: str
    least: int
    most: int
    warranty: int
    models: tuple[Model, ...]


LINES = (
    Line("Cardio", "Treadmill", 10, 14, 36, (
        Model("Life Fitness", "Integrity Series", 8_495), Model("Precor", "TRM 835", 8_995),
        Model("Technogym", "Run 700", 10_900), Model("Matrix", "T75", 8_250), Model("Woodway", "4Front", 12_500),
    )),
    Line("Cardio", "Elliptical", 6, 8, 36, (
        Model("Life Fitness", "Integrity Cross-Trainer", 6_295), Model("Precor", "EFX 835", 7_495),
        Model("Technogym", "Synchro Forma", 7_200), Model("Matrix", "A50 Ascent", 6_450),
    )),
    Line("Cardio", "Upright Bike", 3, 5, 36, (
        Model("Life Fitness", "Integrity Lifecycle", 3_895), Model("Precor", "UBK 835", 3_995),
        Model("Matrix", "U50", 3_450), Model("Technogym", "Bike Forma", 4_100),
    )),
    Line("Cardio", "Recumbent Bike", 3, 4, 36, (
        Model("Life Fitness", "Integrity Recumbent", 4_295), Model("Precor", "RBK 835", 4_395),
        Model("Matrix", "R50", 3_850), Model("Technogym", "Recline Forma", 4_600),
    )),
    Line("Cardio", "Rowing Machine", 4, 6, 24, (
        Model("Concept2", "RowErg", 1_090), Model("WaterRower", "Club S4", 1_595),
        Model("Technogym", "Skillrow", 3_990),
    )),
    Line("Cardio", "Stair Climber", 3, 4, 36, (
        Model("StairMaster", "Gauntlet 8 Series", 7_995), Model("Matrix", "C50 ClimbMill", 8_450),
        Model("Life Fitness", "PowerMill", 8_695),
    )),
    Line("Cardio", "Air Bike", 1, 2, 24, (
        Model("Assault Fitness", "AirBike Classic", 899), Model("Rogue", "Echo Bike", 995),
        Model("Schwinn", "Airdyne AD7", 1_199),
    )),
    Line("Strength", "Power Rack", 3, 5, 60, (
        Model("Rogue", "RM-6 Monster Rack", 2_250), Model("Hammer Strength", "HD Elite", 4_850),
        Model("Matrix", "Magnum Mega Rack", 4_300),
    )),
    Line("Strength", "Smith Machine", 1, 2, 60, (
        Model("Life Fitness", "Signature Smith", 3_995), Model("Precor", "Discovery Smith", 3_750),
        Model("Matrix", "Magnum Smith", 3_600),
    )),
    Line("Strength", "Flat Bench", 3, 4, 60, (
        Model("Rogue", "Flat Utility Bench 2.0", 295), Model("Hammer Strength", "Flat Bench", 795),
        Model("Matrix", "Magnum Flat Bench", 650),
    )),
    Line("Strength", "Adjustable Bench", 3, 5, 60, (
        Model("Rogue", "Adjustable Bench 3.0", 645), Model("Life Fitness", "Signature Multi-Adjustable", 1_150),
        Model("Precor", "Vitality Multi-Angle", 990),
    )),
    Line("Strength", "Cable Crossover", 2, 3, 60, (
        Model("Life Fitness", "Signature Cable Motion", 6_450), Model("Keiser", "Functional Trainer", 6_995),
        Model("Technogym", "Selection Crossover", 6_100),
    )),
    Line("Strength", "Lat Pulldown", 1, 2, 60, (
        Model("Hammer Strength", "Iso-Lateral Pulldown", 3_450), Model("Life Fitness", "Insignia Pulldown", 4_150),
        Model("Technogym", "Selection Lat Machine", 4_300),
    )),
    Line("Strength", "Seated Row", 1, 2, 60, (
        Model("Hammer Strength", "Iso-Lateral Row", 3_295), Model("Precor", "Discovery Row", 3_900),
        Model("Matrix", "Ultra Seated Row", 4_050),
    )),
    Line("Strength", "Chest Press", 2, 3, 60, (
        Model("Hammer Strength", "Iso-Lateral Bench Press", 3_395),
        Model("Life Fitness", "Insignia Chest Press", 4_195),
        Model("Technogym", "Selection Chest Press", 4_350),
    )),
    Line("Strength", "Shoulder Press", 1, 2, 60, (
        Model("Hammer Strength", "Iso-Lateral Shoulder Press", 3_350), Model("Matrix", "Ultra Shoulder Press", 4_000),
        Model("Precor", "Discovery Shoulder Press", 3_850),
    )),
    Line("Strength", "Leg Press", 2, 3, 60, (
        Model("Hammer Strength", "Linear Leg Press", 4_950), Model("Matrix", "Magnum 45 Leg Press", 4_400),
        Model("Technogym", "Pure Leg Press", 5_600),
    )),
    Line("Strength", "Leg Extension", 1, 2, 60, (
        Model("Life Fitness", "Insignia Leg Extension", 4_095), Model("Precor", "Discovery Leg Extension", 3_800),
        Model("Technogym", "Selection Leg Extension", 4_250),
    )),
    Line("Strength", "Leg Curl", 1, 2, 60, (
        Model("Life Fitness", "Insignia Seated Leg Curl", 4_195), Model("Matrix", "Ultra Prone Leg Curl", 4_050),
        Model("Technogym", "Selection Leg Curl", 4_250),
    )),
    Line("Strength", "Dumbbell Rack", 2, 3, 120, (
        Model("Rogue", "Urethane Dumbbell Set", 5_800), Model("Hammer Strength", "Urethane Dumbbell Set", 6_900),
        Model("Iron Grip", "Urethane Dumbbell Set", 6_400),
    )),
    Line("Strength", "Back Extension", 1, 2, 60, (
        Model("Hammer Strength", "Back Extension", 1_250), Model("Matrix", "Magnum Back Extension", 1_150),
        Model("Rogue", "Abram GHD 2.0", 895),
    )),
    Line("Studio", "Plyometric Box", 2, 4, 24, (
        Model("Rogue", "Foam Plyobox", 295), Model("Escape Fitness", "Soft Plyo Box", 420),
    )),
    Line("Studio", "Kettlebell Rack", 1, 2, 60, (
        Model("Rogue", "Kettlebell Set", 1_150), Model("Eleiko", "Kettlebell Set", 1_850),
    )),
    Line("Studio", "Suspension Trainer", 2, 4, 12, (
        Model("TRX", "Pro4", 250), Model("TRX", "Commercial 4", 220),
    )),
    Line("Studio", "Battle Rope", 1, 2, 12, (
        Model("Onnit", "Battle Rope 1.5", 190), Model("Rogue", "Dura Grip Rope", 215),
    )),
    Line("Studio", "Heavy Bag", 1, 2, 12, (
        Model("Everlast", "Powercore", 280), Model("TITLE Boxing", "Super Heavy Bag", 340),
    )),
    Line("Yoga", "Pilates Reformer", 3, 4, 60, (
        Model("Balanced Body", "Allegro 2", 4_995), Model("Merrithew", "V2 Max", 4_795),
        Model("Peak Pilates", "Artistry", 3_995),
    )),
    Line("Yoga", "Stretch Trainer", 1, 2, 36, (
        Model("Precor", "240i", 890), Model("TRUE", "TrueStretch", 2_250),
    )),
    Line("Spin", "Indoor Cycle", 18, 22, 36, (
        Model("Keiser", "M3i", 2_195), Model("Schwinn", "AC Power", 2_295), Model("Life Fitness", "IC6", 2_395),
        Model("Matrix", "CXP", 2_850), Model("Spinning", "Commercial Chrono", 2_150),
    )),
    Line("Pool", "Aqua Bike", 3, 4, 24, (
        Model("Hydrorider", "Professional", 1_650), Model("Waterflex", "WR4", 1_490),
    )),
    Line("Pool", "Aqua Treadmill", 1, 2, 24, (
        Model("Hydrorider", "Aquatreadmill", 1_850), Model("Waterflex", "Aquajogg", 1_590),
    )),
    Line("Court", "Basketball Hoop", 2, 4, 60, (
        Model("Spalding", "Arena Renegade", 3_400), Model("Goalsetter", "Elite Plus", 2_900),
    )),
)  # fmt: skip
