"""The words that names of brands, sellers, products and promotions are made of; all invented."""

from __future__ import annotations

from typing import NamedTuple

LOW, MIDDLING, HIGH = range(3)
"""How much of a category is sent back, and what goods cost among those of their category."""


class Leaf(NamedTuple):
    """A category of goods."""

    name: str
    returns: int
    goods: tuple[str, ...]


DEPARTMENTS: tuple[tuple[str, tuple[Leaf, ...]], ...] = (
    (
        "Fashion",
        (
            Leaf("Shoes", HIGH, ("Sneakers", "Ankle Boots", "Loafers", "Sandals", "Trail Shoes", "Derby Shoes")),
            Leaf("Outerwear", HIGH, ("Rain Jacket", "Parka", "Down Vest", "Trench Coat", "Windbreaker", "Wool Coat")),
            Leaf("Bags, Belts & Hats", LOW, ("Tote Bag", "Leather Belt", "Bucket Hat", "Wallet", "Beanie", "Backpack")),
            Leaf("Dresses & Skirts", HIGH, ("Wrap Dress", "Pleated Skirt", "Maxi Dress", "Shift Dress", "Midi Skirt")),
            Leaf("Knitwear", MIDDLING, ("Cardigan", "Crew Sweater", "Merino Pullover", "Turtleneck", "Knit Vest")),
            Leaf("Sportswear", MIDDLING, ("Running Tights", "Training Top", "Yoga Pants", "Track Jacket", "Shorts")),
        ),
    ),
    (
        "Home & Kitchen",
        (
            Leaf("Cookware", LOW, ('10" Skillet', "Stockpot", "Saucepan", "Dutch Oven", "Wok", '8" Crêpe Pan')),
            Leaf("Bed, Bath & Linen", MIDDLING, ("Duvet Cover", "Bath Towel", "Linen Sheet", "Pillow", "Bath Mat")),
            Leaf("Lighting", LOW, ("Table Lamp", "Pendant Lamp", "Floor Lamp", "Clip Light", "Wall Sconce")),
            Leaf("Storage", LOW, ("Storage Box", "Shelf Basket", "Shoe Rack", "Drawer Organizer", "Garment Rack")),
            Leaf("Coffee & Tea", LOW, ("Café Press", "Pour-Over Set", "Teapot", "Milk Frother", "Coffee Grinder")),
            Leaf("Furniture", MIDDLING, ("Side Table", "Bookcase", "Bar Stool", "Desk Chair", "TV Stand")),
        ),
    ),
    (
        "Electronics",
        (
            Leaf("Audio", MIDDLING, ("Headphones", "Earbuds", "Bluetooth Speaker", "Soundbar", "Turntable")),
            Leaf(
                "Computer Accessories", LOW, ('15" Laptop Sleeve', "Keyboard", "Mouse", "USB-C Hub", "Webcam", "Stand")
            ),
            Leaf("Smart Home", LOW, ("Smart Plug", "Doorbell Camera", "Thermostat", "Motion Sensor", "LED Strip")),
            Leaf("Wearables", HIGH, ("Fitness Band", "Smartwatch", "Heart-Rate Strap", "Running Watch")),
            Leaf("Photography", LOW, ("Tripod", "Camera Strap", "Ring Light", "Lens Filter", "Photo Printer")),
        ),
    ),
    (
        "Beauty & Health",
        (
            Leaf("Skin Care", LOW, ("Day Cream", "Face Serum", "Cleansing Gel", "Clay Mask", "Sun Lotion")),
            Leaf("Hair Care", MIDDLING, ("Shampoo", "Hair Dryer", "Styling Wax", "Curling Iron", "Hair Oil")),
            Leaf("Fragrance", HIGH, ("Eau de Parfum", "Cologne", "Body Mist", "Room Spray")),
            Leaf("Wellness", LOW, ("Massage Ball", "Acupressure Mat", "Foam Roller", "Aroma Diffuser")),
        ),
    ),
    (
        "Sports & Outdoors",
        (
            Leaf("Camping", LOW, ("Two-Person Tent", "Sleeping Bag", "Camp Stove", "Headlamp", "Cooler")),
            Leaf("Cycling", MIDDLING, ("Bike Helmet", "Bike Light", "Saddle Bag", "Bib Shorts", "Floor Pump")),
            Leaf("Ski & Snow", HIGH, ("Ski Goggles", "Ski Gloves", "Snow Pants", "Base Layer")),
            Leaf("Fitness", LOW, ("Kettlebell", "Yoga Mat", "Jump Rope", "Resistance Bands", "Pull-Up Bar")),
        ),
    ),
    (
        "Toys & Games",
        (
            Leaf("Board Games", LOW, ("Strategy Game", "Word Game", "Family Game", "Dice Game", "Card Game")),
            Leaf("Building Sets", LOW, ("Wooden Blocks", "Marble Run", "Castle Set", "Train Set")),
            Leaf("Plush & Dolls", MIDDLING, ("Plush Bear", "Rag Doll", "Hand Puppet", "Plush Fox")),
            Leaf("Costumes", HIGH, ("Pirate Costume", "Wizard Cape", "Animal Onesie", "Princess Dress")),
        ),
    ),
    (
        "Garden & Tools",
        (
            Leaf("Hand Tools", LOW, ("Claw Hammer", "Screwdriver Set", "Tape Measure", '3/8" Ratchet', "Pliers")),
            Leaf("Planters", LOW, ("Terracotta Pot", "Herb Planter", "Hanging Basket", "Raised Bed")),
            Leaf("Garden Furniture", MIDDLING, ("Bistro Set", "Deck Chair", "Parasol", "Hammock")),
            Leaf("Work Clothes", HIGH, ("Work Gloves", "Overalls", "Safety Boots", "Tool Vest")),
        ),
    ),
    (
        "Pets",
        (
            Leaf("Dogs", LOW, ("Dog Leash", "Chew Toy", "Dog Bed", "Harness", "Food Bowl")),
            Leaf("Cats", LOW, ("Scratching Post", "Cat Tree", "Litter Mat", "Feather Wand")),
            Leaf("Pet Coats", HIGH, ("Dog Raincoat", "Dog Sweater", "Reflective Vest")),
            Leaf("Aquariums", MIDDLING, ("Glass Tank", "Aquarium Filter", "Gravel", "Air Pump")),
        ),
    ),
)
"""Departments and their categories, the usual ones first."""
CHEAP = frozenset(
    (
        "Sandals", "Loafers", "Windbreaker", "Down Vest", "Leather Belt", "Bucket Hat", "Wallet", "Beanie", "Shorts",
        "Training Top", "Knit Vest", "Midi Skirt", '8" Crêpe Pan', "Saucepan", "Bath Towel", "Bath Mat", "Pillow",
        "Clip Light", "Wall Sconce", "Storage Box", "Shelf Basket", "Drawer Organizer", "Milk Frother", "Side Table",
        "Earbuds", "Mouse", '15" Laptop Sleeve', "Stand", "Smart Plug", "LED Strip", "Fitness Band", "Heart-Rate Strap",
        "Camera Strap", "Lens Filter", "Cleansing Gel", "Clay Mask", "Shampoo", "Styling Wax", "Body Mist",
        "Room Spray", "Massage Ball", "Headlamp", "Bike Light", "Saddle Bag", "Ski Gloves", "Base Layer", "Jump Rope",
        "Resistance Bands", "Dice Game", "Card Game", "Hand Puppet", "Wizard Cape", "Tape Measure", "Pliers",
        "Terracotta Pot", "Hanging Basket", "Work Gloves", "Dog Leash", "Chew Toy", "Food Bowl", "Litter Mat",
        "Feather Wand", "Reflective Vest", "Gravel", "Air Pump",
    )
)  # fmt: skip
DEAR = frozenset(
    (
        "Ankle Boots", "Derby Shoes", "Trench Coat", "Wool Coat", "Parka", "Backpack", "Maxi Dress", "Merino Pullover",
        "Track Jacket", "Dutch Oven", "Stockpot", "Duvet Cover", "Floor Lamp", "Pendant Lamp", "Garment Rack",
        "Coffee Grinder", "Bookcase", "Desk Chair", "TV Stand", "Headphones", "Soundbar", "Turntable", "Keyboard",
        "Webcam", "Doorbell Camera", "Thermostat", "Smartwatch", "Running Watch", "Photo Printer", "Tripod",
        "Face Serum", "Hair Dryer", "Curling Iron", "Eau de Parfum", "Aroma Diffuser", "Two-Person Tent",
        "Sleeping Bag", "Bike Helmet", "Snow Pants", "Kettlebell", "Strategy Game", "Train Set", "Castle Set",
        "Princess Dress", "3/8\" Ratchet", "Screwdriver Set", "Raised Bed", "Bistro Set", "Hammock", "Safety Boots",
        "Dog Bed", "Cat Tree", "Glass Tank",
    )
)  # fmt: skip
"""Goods that cost less, and more, than others of their category."""
SETS = frozenset(
    (
        "Bath Towel", "Linen Sheet", "Pillow", "Bath Mat", "Storage Box", "Shelf Basket", "Drawer Organizer",
        "Bar Stool", "Smart Plug", "LED Strip", "Bike Light", "Resistance Bands", "Terracotta Pot", "Herb Planter",
        "Hanging Basket", "Deck Chair", "Food Bowl", "Chew Toy", "Wall Sconce", "Table Lamp", "Motion Sensor",
    )
)  # fmt: skip
"""Goods that are sold by the set, too."""
QUALIFIERS = (
    "Children's", "Professional", "Vintage", "Travel", "Premium", "Everyday", "Nordic", "Handmade", "Eco", "Student",
    "Holiday", "Compact", "Refurbished", "Designer", "Heritage", "Urban", "Coastal", "Alpine", "Classic", "Garage",
    "Office", "Wedding", "Festival", "School", "Senior", "Baby", "Teen", "Artisan", "Industrial", "Minimal", "Rustic",
    "Tropical", "Hotel", "Café", "Maker's", "Collector's", "Weekend", "Winter", "Summer", "Spa",
)  # fmt: skip
"""With them, a marketplace has departments besides the usual ones."""

BEGINNINGS = (
    "Hal", "Bren", "Kor", "Lu", "Mar", "Ves", "Tor", "Ny", "Al", "Sol", "Ren", "Cas", "Eld", "Fjor", "Gal", "Bru",
    "Quin", "Or", "Pel", "Sva", "Tam", "Ul", "Win", "Yar", "Zel", "Ama", "Bel", "Cor", "Dra", "Esk", "Fen", "Gry",
    "Ild", "Jor", "Kest", "Lind", "Mont", "Nore", "Oak", "Pry",
)  # fmt: skip
ENDINGS = (
    "den", "wick", "vara", "mére", "holm", "tano", "ström", "lia", "croft", "dale", "vik", "mont", "nova", "ric",
    "sen", "ton", "bría", "lund", "ette", "ara", "quist", "well", "más", "gate", "ford", "esque", "una", "bo", "rix",
    "møre", "son", "field", "aro", "ley", "hurst", "ina", "gård", "port", "ova", "us",
)  # fmt: skip
"""Names of brands are a beginning and an ending."""
TRADES = (
    "Trading", "Outlet", "Market", "Goods", "Supply Co.", "Direct", "Depot", "Emporium", "Bazaar", "Warehouse",
    "Deals", "Corner", "Collective", "Merchants", "House", "Wholesale", "Store", "Bros.", "& Sons", "Imports",
)  # fmt: skip
OWNERS = (
    "Copper & Pine", "O'Malley's", "Casa Niño", 'The "Good Home"', "Blue Heron", "Linden, Vale & Co.", "Señor Moda",
    "Red Kettle", "Atelier Zoë", "Harbor Lane", "Maple & Moss", "Müller's", "Silver Birch", "Three Owls",
    "Pike, Rowe & Dunn", "Sunny Acre", 'Nana\'s "Best"', "Old Mill", "Piñata", "North Gate", "Fable & Thread",
    "Côte Bleue", "Granite Peak", "Willow End", "Brightwater", "Hearth & Hand", "Å & Ö", "Daisy Chain", "Kupfer",
    "Juniper Row", "Foxglove", "Stone, Ash & Elm", "Larkspur", "Tin Roof", "Fjord & Fell", "Wren's Nest",
    "Amber Road", "Salt & Sail", "Château Nord", "Bay Leaf",
)  # fmt: skip
"""Names of Marketplace sellers are an owner and a trade."""
STYLES = (
    "Classic", "Trail", "Nordic", "Urban", "Pro", "Everyday", "Compact", "Studio", "Vintage", "Alpine", "Coastal",
    "Solé", "Active", "Heritage", "Breeze", "Ember", "Aurora", "Terra", "Zen", "Metro", "Summit", "Harvest", "Prism",
    "Lumière",
)  # fmt: skip
VARIANTS = (
    "Black", "Navy", "Slate", "Sage Green", "Sand", "Rosé", "White", "Walnut", "Brick Red", "Sky Blue", "Mustard",
    "Charcoal", "Ivory", "Forest", "Cobalt", "Crème", "Graphite", "Olive", "Burgundy", "Teal", "Set of 2", "Set of 4",
    "Set of 6", "Limited Edition",
)  # fmt: skip
"""Names of products are a style, goods and perhaps a variant; editions, where those run out."""
OCCASIONS = (
    ("New Year", "Winter", "Fresh Start"), ("Winter", "Carnival", "Valentine's"), ("Spring", "Clear-Out", "Equinox"),
    ("Spring", "Easter", "Garden"), ("Mother's Day", "May", "Fiesta"), ("Father's Day", "Summer", "Midsummer"),
    ("Summer", "Holiday", "Beach"), ("Late Summer", "Back-to-School", "Camping"), ("Autumn", "Labor Day", "Harvest"),
    ("Autumn", "Halloween", "Cozy"), ("Black Friday", "Cyber Week", "Thanksgiving"), ("Noël", "First Snow", "Holiday"),
)  # fmt: skip
"""Occasions, January to December."""
EVENTS = ("Sale", "Savings", "Specials", "Days", "Event", "Offers", "Deals", "Picks", "Festival", '"Best of" Week')
FLASHES = (
    "Flash Sale",
    "Lightning Deals",
    "Rush Hour",
    '"Today Only"',
    "Midnight Rush",
    "Blink & Buy",
    "48 Hours",
    "Snap Sale",
)
"""Names of promotions are an occasion and an event, of flash sales an occasion and a flash."""
