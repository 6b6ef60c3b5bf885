"""The allowed values of the fitness world, written once.

The tables' CHECK constraints are made from these tuples and the generators draw from them. Nothing is imported here,
so that a generator has them without paying for SQLAlchemy.
"""

# Members and memberships
GENDERS = ("M", "F", "O")
MEMBER_STATUSES = ("Active", "Suspended", "Cancelled")
PLAN_MONTHS = (1, 12)
PLAN_KINDS = ("Individual", "Family", "Student", "Senior", "Corporate")
AGE_BOUND_PLANS = ("Student", "Senior")
MEMBERSHIP_STATUSES = ("Active", "Suspended", "Expired", "Cancelled", "Changed")

# Payments
PAYMENT_TYPES = ("Registration Fee", "Monthly Fee", "Annual Fee", "Class Fee")
PAYMENT_METHODS = ("Credit Card", "Debit Card", "Bank Transfer", "Mobile Payment", "Cash")
PAYMENT_STATUSES = ("Completed", "Failed", "Refunded")

# Facilities and visits
AREA_TYPES = (
    "Cardio",
    "Strength",
    "Studio",
    "Yoga",
    "Spin",
    "Pool",
    "Court",
    "Locker Room",
    "Reception",
    "Cafe",
    "Child Care",
)
VISITED_AREA_TYPES = ("Cardio", "Strength", "Studio", "Yoga", "Spin", "Pool", "Court")
ACCESS_METHODS = ("Key Card", "Mobile App", "Staff Override")

# Classes; days of the week are 1 = Monday ... 7 = Sunday
CLASS_CATEGORIES = ("Mind & Body", "Cardio", "Strength", "Cycling", "Dance", "Aqua", "Martial Arts", "Functional")
CLASS_MINUTES = (30, 45, 60, 90)
CLASS_STATUSES = ("Completed", "Cancelled", "Scheduled")
ENROLLMENT_STATUSES = ("Attended", "No-Show", "Cancelled", "Waitlisted", "Enrolled")
CERTIFICATION_SEPARATOR = ";"

SCORES = (1, 5)
"""The worst and the best score of feedback and evaluations."""

# Equipment
EQUIPMENT_STATUSES = ("Active", "Maintenance", "Out of Order")
USAGE_TYPES = ("Workout", "Warmup", "Cooldown")
MAINTENANCE_TYPES = ("Preventive", "Inspection", "Repair")

# Staff
JOB_TITLES = (
    "Personal Trainer",
    "Group Fitness Instructor",
    "Front Desk",
    "Manager",
    "Maintenance",
    "Lifeguard",
    "Nutritionist",
    "Physical Therapist",
)
INSTRUCTOR_TITLES = ("Personal Trainer", "Group Fitness Instructor")
EMPLOYMENT_TYPES = ("Full-Time", "Part-Time", "Contract")
STAFF_STATUSES = ("Active", "On Leave", "Terminated")
SHIFT_TYPES = ("Morning", "Afternoon", "Evening", "Night")
SHIFT_STATUSES = ("Completed", "Absent", "Cancelled", "Scheduled")
CERTIFICATE_STATUSES = ("Active", "Expired")

SESSION_ROOMS: dict[str, tuple[str, ...]] = {
    "Mind & Body": ("Yoga", "Studio"),
    "Cardio": ("Studio",),
    "Strength": ("Studio",),
    "Cycling": ("Spin",),
    "Dance": ("Studio",),
    "Aqua": ("Pool",),
    "Martial Arts": ("Court", "Studio"),
    "Functional": ("Studio", "Court"),
}
"""The area types in which sessions of a category take place (docs/fitness-checks.md#h50b)."""
