"""Every business number of the fitness world, once, with its unit and source."""

from __future__ import annotations

from datagen.fitness.rules.absences import AbsenceRules
from datagen.fitness.rules.bands import BandRules
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.rules.closures import ClosureRules
from datagen.fitness.rules.clubs import ClubRules
from datagen.fitness.rules.facilities import EquipmentRules, FacilityRules
from datagen.fitness.rules.feedback import FeedbackRules
from datagen.fitness.rules.machines import MachineRules
from datagen.fitness.rules.members import MemberRules
from datagen.fitness.rules.memberships import MembershipRules
from datagen.fitness.rules.payments import PaymentRules
from datagen.fitness.rules.plans import PlanRules
from datagen.fitness.rules.roster import RosterRules
from datagen.fitness.rules.staff import StaffRules
from datagen.fitness.rules.staffing import StaffingRules
from datagen.fitness.rules.visits import VisitRules
from datagen.frozen import dataclass
from datagen.rules import section


@dataclass(frozen=True)
class FitnessRules:
    """The rules of the fitness world by section; override them with `datagen.rules.override`."""

    plans: PlanRules = section(PlanRules)
    facilities: FacilityRules = section(FacilityRules)
    clubs: ClubRules = section(ClubRules)
    equipment: EquipmentRules = section(EquipmentRules)
    members: MemberRules = section(MemberRules)
    staff: StaffRules = section(StaffRules)
    memberships: MembershipRules = section(MembershipRules)
    payments: PaymentRules = section(PaymentRules)
    closures: ClosureRules = section(ClosureRules)
    visits: VisitRules = section(VisitRules)
    classes: ClassRules = section(ClassRules)
    roster: RosterRules = section(RosterRules)
    absences: AbsenceRules = section(AbsenceRules)
    staffing: StaffingRules = section(StaffingRules)
    machines: MachineRules = section(MachineRules)
    feedback: FeedbackRules = section(FeedbackRules)
    bands: BandRules = section(BandRules)
