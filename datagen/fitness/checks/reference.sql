-- The reference tables: plans, class formats, certifications, centres, their areas and machines.

-- K30: From 200 members on, and 20 a facility, no table is empty, where the window has room for its periods and
-- somebody may teach.
-- source: docs/fitness-tables.md
-- why: An empty table would make every check about it pass for lack of rows.
-- uses: membershiptypes, classtypes, instructorcertifications, facilities, facilityareas, equipment,
-- uses: members, staff, membermemberships, memberpayments, classschedules, classinstances,
-- uses: classenrollments, memberaccess, equipmentusage, equipmentmaintenance, stafffacilities, staffcertifications,
-- uses: staffschedules, stafftimetracking, staffpayroll, instructorperformance, instructorfeedback
select e.tablename
from (
    select 'membershiptypes' as tablename from membershiptypes having count(*) = 0
    union all
    select 'classtypes' from classtypes having count(*) = 0
    union all
    select 'instructorcertifications' from instructorcertifications having count(*) = 0
    union all
    select 'facilities' from facilities having count(*) = 0
    union all
    select 'facilityareas' from facilityareas having count(*) = 0
    union all
    select 'equipment' from equipment having count(*) = 0
    union all
    select 'members' from members having count(*) = 0
    union all
    select 'staff' from staff having count(*) = 0
    union all
    select 'membermemberships' from membermemberships having count(*) = 0
    union all
    select 'memberpayments' from memberpayments having count(*) = 0
    union all
    select 'classschedules' from classschedules having count(*) = 0
    union all
    select 'classinstances' from classinstances having count(*) = 0
    union all
    select 'classenrollments' from classenrollments having count(*) = 0
    union all
    select 'memberaccess' from memberaccess having count(*) = 0
    union all
    select 'equipmentusage' from equipmentusage having count(*) = 0
    union all
    select 'equipmentmaintenance' from equipmentmaintenance having count(*) = 0
    union all
    select 'stafffacilities' from stafffacilities having count(*) = 0
    union all
    select 'staffcertifications' from staffcertifications having count(*) = 0
    union all
    select 'staffschedules' from staffschedules having count(*) = 0
    union all
    select 'stafftimetracking' from stafftimetracking having count(*) = 0
    union all
    select 'staffpayroll' from staffpayroll having count(*) = 0
    union all
    select 'instructorperformance' from instructorperformance having count(*) = 0
    union all
    select 'instructorfeedback' from instructorfeedback having count(*) = 0
) e
where (select count(*) from members)
      >= greatest(:bands.members_for_all_tables, :bands.members_a_facility * (select count(*) from facilities))
  and (e.tablename <> 'instructorperformance' or :months >= :bands.months_for_evaluations)
  and (e.tablename <> 'staffpayroll' or :months >= :bands.months_for_pay)
  and (
      e.tablename not in (
          'classschedules', 'classinstances', 'classenrollments', 'staffcertifications',
          'instructorperformance', 'instructorfeedback'
      )
      or exists (select 1 from staff where jobtitle in ('Personal Trainer', 'Group Fitness Instructor'))
  );

-- K31: The ten plans of the documents are there, at the prices of the rules, and no others.
-- source: docs/fitness-story.md#plans
-- why: Dues are judged against these prices, so they must be the agreed ones.
-- uses: membershiptypes
with wanted (typename, monthlyfee, registrationfee, duration, maxfamilymembers) as (
    values
        ('Individual Monthly', :plans.individual_monthly_fee, :plans.individual_registration, 1, 1),
        ('Family Monthly', :plans.family_monthly_fee, :plans.family_registration, 1, :plans.family_size),
        ('Student Monthly', :plans.student_monthly_fee, :plans.student_registration, 1, 1),
        ('Senior Monthly', :plans.senior_monthly_fee, :plans.senior_registration, 1, 1),
        ('Corporate Monthly', :plans.corporate_monthly_fee, :plans.corporate_registration, 1, 1),
        ('Individual Annual', :plans.individual_annual_fee, :plans.annual_registration, 12, 1),
        ('Family Annual', :plans.family_annual_fee, :plans.annual_registration, 12, :plans.family_size),
        ('Student Annual', :plans.student_annual_fee, :plans.annual_registration, 12, 1),
        ('Senior Annual', :plans.senior_annual_fee, :plans.annual_registration, 12, 1),
        ('Corporate Annual', :plans.corporate_annual_fee, :plans.annual_registration, 12, 1)
)
select coalesce(p.typename, w.typename) as typename, p.membershiptypeid, p.monthlyfee, w.monthlyfee as wanted
from wanted w
full join membershiptypes p on p.typename = w.typename
where p.membershiptypeid is null or w.typename is null
   or p.monthlyfee <> w.monthlyfee or p.registrationfee <> w.registrationfee
   or p.duration <> w.duration or p.maxfamilymembers <> w.maxfamilymembers;

-- K32: Class formats have distinct names, and there are 40 of them.
-- source: docs/fitness-story.md#class-formats
-- uses: classtypes
select classname as what, count(*) as times from classtypes group by classname having count(*) > 1
union all
select 'all formats', count(*) from classtypes having count(*) <> :bands.class_formats;

-- K33: A class format takes 8 to 30 people.
-- source: docs/fitness-story.md#class-formats
-- why: Below 8 a class does not pay for its instructor; above 30 one person cannot watch all.
-- uses: classtypes
select classtypeid, maxparticipants from classtypes
where maxparticipants not between :bands.class_size.0 and :bands.class_size.1;

-- K34: Certifications that formats require exist, are joined by ';', and at least half of the formats require one.
-- source: docs/fitness-story.md#class-formats
-- why: A format whose required certificate does not exist can never be taught.
-- uses: classtypes, instructorcertifications
select t.classtypeid, t.requiredcertifications
from classtypes t
left join instructorcertifications c
  on ';' || t.requiredcertifications || ';' like '%;' || c.certificationid || ';%'
where t.requiredcertifications is not null
group by t.classtypeid, t.requiredcertifications
having count(c.certificationid)
    <> 1 + length(t.requiredcertifications) - length(replace(t.requiredcertifications, ';', ''))
union all
select 'formats that require one', cast(count(requiredcertifications) as varchar)
from classtypes
having count(requiredcertifications) < :bands.certified_formats * count(*);

-- K35: There are 12 to 20 certifications with distinct names, valid for 12 to 36 months.
-- source: docs/fitness-story.md#certificates
-- uses: instructorcertifications
select certificationid as what, validitymonths as number from instructorcertifications
where validitymonths not between :bands.validity_months.0 and :bands.validity_months.1
union all
select certificationname, count(*) from instructorcertifications
group by certificationname, issuingorganization having count(*) > 1
union all
select 'all certifications', count(*) from instructorcertifications
having count(*) not between :bands.certifications.0 and :bands.certifications.1;

-- K36: A certification is marked as required if and only if some class format requires it.
-- source: docs/fitness-story.md#certificates
-- why: The flag is a summary of what formats require.
-- uses: classtypes, instructorcertifications
select c.certificationid, c.isrequired
from instructorcertifications c
where c.isrequired <> exists (
    select 1 from classtypes t where ';' || t.requiredcertifications || ';' like '%;' || c.certificationid || ';%'
);

-- K37: Fewer than 50 facilities stand in different cities.
-- source: docs/fitness-story.md#facilities
-- why: A chain spreads before it doubles in a city.
-- uses: facilities
select min(facilityid) as facilityid, city, state, count(*) as times
from facilities
group by city, state
having count(*) > 1 and (select count(*) from facilities) < :bands.cities_repeat_from;

-- K38: Five facilities or more have one that is open round the clock.
-- source: docs/fitness-story.md#facilities
-- uses: facilities
select count(*) as facilities, min(opentime) as earliest
from facilities
having count(*) >= :bands.always_open_from
   and count(*) filter (where opentime = time '00:00:00' and closetime = time '23:59:59') = 0;

-- K39: Facilities that close at night open from 05:00 to 23:00, or within an hour of that.
-- source: docs/fitness-story.md#facilities
-- uses: facilities
select facilityid, opentime, closetime from facilities
where not (opentime = time '00:00:00' and closetime = time '23:59:59')
  and (extract(epoch from opentime) not between 60 * :bands.opening_minutes.0 and 60 * :bands.opening_minutes.1
       -- the last minute of the day included
       or extract(epoch from closetime) not between 60 * :bands.closing_minutes.0
                                                and 60 * :bands.closing_minutes.1 + 59);

-- K40: A facility has 6 to 10 areas; cardio, strength and a studio are among them.
-- source: docs/fitness-story.md#areas
-- why: Six to ten areas describe a full-service club; without these three it is something else.
-- uses: facilities, facilityareas
select f.facilityid, count(a.areaid) as areas
from facilities f
left join facilityareas a on a.facilityid = f.facilityid
group by f.facilityid
having count(a.areaid) not between :facilities.areas.0 and :facilities.areas.1
    or count(*) filter (where a.areatype = 'Cardio') = 0
    or count(*) filter (where a.areatype = 'Strength') = 0
    or count(*) filter (where a.areatype = 'Studio') = 0;

-- K41: Capacity follows floor space: of two areas of one type, the one a tenth larger holds no fewer people.
-- source: docs/fitness-story.md#areas
-- why: Capacity is planned by floor space an exerciser needs.
-- uses: facilityareas
select a.areaid, a.squarefootage, a.maxcapacity, b.areaid as smaller, b.maxcapacity as itscapacity
from facilityareas a
join facilityareas b on b.areatype = a.areatype
where a.squarefootage > :bands.larger_area * b.squarefootage and a.maxcapacity < b.maxcapacity;

-- K42: Machines stand in an area of their facility.
-- source: docs/fitness-story.md#equipment
-- uses: equipment, facilityareas
select e.equipmentid, e.facilityid, e.areaid
from equipment e
join facilityareas a on a.areaid = e.areaid
where a.facilityid <> e.facilityid;

-- K43: Machines fit the type of their area.
-- source: docs/fitness-story.md#equipment
-- why: A treadmill in a pool is a wrong key.
-- uses: equipment, facilityareas
select e.equipmentid, e.equipmenttype, a.areatype
from equipment e
join facilityareas a on a.areaid = e.areaid
where a.areatype in ('Locker Room', 'Reception', 'Cafe', 'Child Care')
   or (e.equipmenttype like 'Aqua%') <> (a.areatype = 'Pool')
   or (e.equipmenttype = 'Indoor Cycle') <> (a.areatype = 'Spin')
   or (e.equipmenttype ~ '^(Treadmill|Elliptical|Stair Climber|Rowing Machine|Recumbent Bike|Upright Bike)$'
       and a.areatype <> 'Cardio')
   or (e.equipmenttype
       ~ '^.*(Bench|Press|Pulldown|Leg Curl|Leg Extension|Power Rack|Dumbbell Rack|Smith Machine|Cable).*$'
       and a.areatype <> 'Strength');

-- K44: A facility has about 100 machines: half as many at least, half as many again at most.
-- source: docs/fitness-story.md#equipment
-- why: About a hundred machines is the floor of a full-service club.
-- uses: facilities, equipment
select f.facilityid, count(e.equipmentid) as machines
from facilities f
left join equipment e on e.facilityid = f.facilityid
group by f.facilityid
having count(e.equipmentid) not between :bands.machines.0 and :bands.machines.1;
