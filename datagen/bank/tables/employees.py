"""employees_db: departments, employees, their training, reviews and customers."""

from __future__ import annotations

from sqlalchemy import CHAR, Boolean, Date, Integer, String, Table, column

from datagen.bank import vocabulary as words
from datagen.bank.tables.declare import (
    EMAIL,
    LINE,
    MONEY,
    NAME,
    PERSON,
    TELEPHONE,
    WORD,
    child_of,
    key,
    may,
    metadata,
    must,
    refers,
    when,
)
from datagen.schema import between, filled_if_and_only_if, not_before, one_of

_DATABASE = {"database": words.EMPLOYEES_DB}

departments = Table(
    "departments",
    metadata,
    key("department_id", "department"),
    must("department_name", NAME, "Name of the department", unique=True),
    child_of(
        "parent_department_id",
        "departments.department_id",
        "Department above; empty for the Executive Office alone",
        optional=True,
        deferrable=True,
        initially="DEFERRED",
    ),
    # Departments and employees point at each other: this side is added and checked last.
    child_of(
        "manager_id",
        "employees.employee_id",
        "Who leads the department",
        use_alter=True,
        deferrable=True,
        initially="DEFERRED",
    ),
    must("cost_center", String(6), "Cost centre: CC and four digits", unique=True),
    must("created_date", Date, "Day the department was set up"),
    one_of("department_name", words.DEPARTMENTS),
    comment="Departments of the bank; one row a department",
    info=_DATABASE,
)

employees = Table(
    "employees",
    metadata,
    key("employee_id", "employee"),
    child_of(
        "department_id",
        "departments.department_id",
        "Department of the role",
        deferrable=True,
        initially="DEFERRED",
    ),
    child_of(
        "manager_id",
        "employees.employee_id",
        "Superior; empty for the Chief Executive Officer alone",
        optional=True,
        deferrable=True,
        initially="DEFERRED",
    ),
    must("first_name", PERSON, "Given name, fits sex and year of birth"),
    must("last_name", PERSON, "Surname"),
    must("gender", CHAR(1), "Sex: F female, M male"),
    must("date_of_birth", Date, "Date of birth; 18 or older when hired"),
    must("email", EMAIL, "E-mail address, made from the name, at example.com", unique=True),
    must("phone", TELEPHONE, "Telephone, a reserved number (NPA-555-01XX)"),
    must("role", WORD, "What the employee does"),
    must("branch_code", String(8), "Branch where the employee works, BR001 ..."),
    must("salary", MONEY, "Pay of a year, US dollars"),
    when("hire_date", Date, "First day of employment"),
    may("termination_date", Date, "Last day of employment; filled only for those who left"),
    must("status", WORD, "State on the as-of day"),
    one_of("gender", words.GENDERS),
    one_of("role", words.ROLES),
    between("salary", 28_000, 450_000),
    one_of("status", words.EMPLOYEE_STATUSES),
    not_before("termination_date", "hire_date"),
    filled_if_and_only_if("termination_date", column("status") == "terminated"),
    comment="Everybody who works or worked for the bank; one row an employee",
    info=_DATABASE,
)

training_programs = Table(
    "training_programs",
    metadata,
    key("program_id", "training programme"),
    must("program_name", NAME, "Name of the programme", unique=True),
    must("category", WORD, "Kind of training"),
    must("duration_hours", Integer, "Length, hours"),
    must("is_mandatory", Boolean, "Whether it has to be completed within 60 days of enrolment"),
    one_of("category", words.TRAINING_CATEGORIES),
    between("duration_hours", 1, 80),
    comment="Training programmes on offer; one row a programme",
    info=_DATABASE,
)

employee_training = Table(
    "employee_training",
    metadata,
    key("training_id", "enrolment"),
    child_of("employee_id", "employees.employee_id", "Who learns"),
    child_of("program_id", "training_programs.program_id", "What; a programme once an employee"),
    must("enrolled_date", Date, "Day of enrolment, during employment"),
    may("completion_date", Date, "Day of completion; filled only if completed"),
    must("status", WORD, "State of the training"),
    may("score", Integer, "Result of the test, 60 to 100; filled only if completed"),
    one_of("status", words.TRAINING_STATUSES),
    between("score", 60, 100),
    not_before("completion_date", "enrolled_date"),
    filled_if_and_only_if("completion_date", column("status") == "completed"),
    filled_if_and_only_if("score", column("status") == "completed"),
    comment="Who takes which training; one row an enrolment",
    info=_DATABASE,
)

performance_reviews = Table(
    "performance_reviews",
    metadata,
    key("review_id", "review"),
    child_of("employee_id", "employees.employee_id", "Who is reviewed"),
    child_of("reviewer_id", "employees.employee_id", "Superior who reviews, never the employee"),
    must("review_date", Date, "Day of the review, in the employment of both"),
    must("review_year", Integer, "Calendar year of the review; one review a year"),
    must("rating", Integer, "Rating, 5 is best"),
    may("comments", LINE, "Remarks of the reviewer"),
    between("rating", 1, 5),
    comment="Yearly performance reviews; one row a review",
    info=_DATABASE,
)

employee_assignments = Table(
    "employee_assignments",
    metadata,
    key("assignment_id", "assignment"),
    child_of("employee_id", "employees.employee_id", "Relationship Manager or Customer Service Agent"),
    refers("customer_id", "customers.customer_id", "Customer the employee looks after"),
    must("start_date", Date, "First day; not before the customer came"),
    may("end_date", Date, "Last day; empty while the assignment lasts"),
    not_before("end_date", "start_date"),
    comment="Who looks after which customer, one at a time; one row an assignment",
    info=_DATABASE,
)
