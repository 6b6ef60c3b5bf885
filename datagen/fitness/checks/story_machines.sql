-- Machines that people like or not, and technicians who write what they did.

-- K70: Machines on which no use is recorded are not repaired for wear.
-- source: docs/fitness-story.md#maintenance
-- why: Belts, cables, pads and bearings wear by use; only cardio and strength machines record theirs.
-- uses: equipmentmaintenance, equipment, facilityareas
select m.maintenanceid, e.equipmenttype, a.areatype, m.partsreplaced
from equipmentmaintenance m
join equipment e on e.equipmentid = m.equipmentid
join facilityareas a on a.areaid = e.areaid
where m.maintenancetype = 'Repair' and a.areatype not in ('Cardio', 'Strength')
  and m.partsreplaced in ('Running belt', 'Deck and deck cushions', 'Motor brushes', 'Crank bearing', 'Drive belt',
                          'Steel cable', 'Pulley', 'Seat pad', 'Pad cover', 'Bolt set');

-- K71: Parts are replaced in repairs only, and every repair but one that waits for parts takes some.
-- source: docs/fitness-story.md#maintenance
-- why: A service that replaces a part is a repair; one without any leaves the fault.
-- uses: equipmentmaintenance, equipment
select m.maintenanceid, m.maintenancetype, m.partsreplaced, m.nextmaintenancedate, e.status
from equipmentmaintenance m
join equipment e on e.equipmentid = m.equipmentid
where (m.maintenancetype <> 'Repair' and m.partsreplaced is not null)
   or (m.maintenancetype = 'Repair' and m.partsreplaced is null
       and (e.status <> 'Out of Order' or m.nextmaintenancedate is not null));

-- S60: Some machines of an area are used more than others: the variance of their yearly sessions by the mean (1 if
-- drawn blindly, less if dealt in turn).
-- source: docs/fitness-story.md#machine-use
-- why: People have their machine, and avoid the one under the air conditioning.
-- uses: equipmentusage, equipment
-- least rows: 40000
with used as (
    select e.areaid, u.equipmentid, count(*) * 1.0 as sessions
    from equipmentusage u
    join equipment e on e.equipmentid = u.equipmentid
    where e.status = 'Active' and e.purchasedate < :start
    group by e.areaid, u.equipmentid
),
areas as (
    select areaid, var_samp(sessions) / avg(sessions) as spread, sum(sessions) as sessions
    from used
    group by areaid
    having count(*) >= 5
)
select 'variance by mean' as label, avg(spread) as value,
       :bands.machine_dispersion * :machines.liking_sigma / :default.machines.liking_sigma as low,
       sum(sessions) as rows
from areas;

-- S97: A warm-up and a cool-down take less time than a workout: their mean lengths by its.
-- source: docs/fitness-story.md#machine-use
-- why: Who trains wants to train; ten minutes are enough to get warm.
-- uses: equipmentusage
-- least rows: 2000
select case usagetype when 'Warmup' then 'warm-ups' else 'cool-downs' end as label,
       avg(durationminutes) / (select avg(durationminutes) from equipmentusage where usagetype = 'Workout') as value,
       :bands.brief_sessions.0 as low, :bands.brief_sessions.1 as high, count(*) as rows
from equipmentusage
where usagetype <> 'Workout'
group by usagetype;

-- S61: Machines are not taken in turn: the share of sessions, in their order, on the machine whose number follows that
-- of the session before in its area.
-- source: docs/fitness-story.md#machine-use
-- why: Nobody deals machines out.
-- uses: equipmentusage, equipment
-- least rows: 2000
with placed as (
    select u.usageid, e.areaid, cast(u.starttime as date) as day, dense_rank() over (
               partition by e.areaid order by u.equipmentid) as place
    from equipmentusage u
    join equipment e on e.equipmentid = u.equipmentid
    where u.starttime >= cast(:as_of as date) - 30
),
steps as (
    select place - lag(place) over (partition by areaid, day order by usageid) as step from placed
)
select 'sessions on the next number' as label, avg(case when step = 1 then 1.0 else 0 end) as value,
       null as low, :bands.machines_in_turn as high, count(*) as rows
from steps where step is not null;

-- S62: Machines that are used more are repaired more often, the more used half of a kind against the other one.
-- source: docs/fitness-story.md#maintenance
-- why: Wear follows use.
-- uses: equipment, equipmentmaintenance, equipmentusage
-- least rows: 200
with used as (
    select equipmentid, count(*) as sessions from equipmentusage group by equipmentid
),
halves as (
    select e.equipmentid,
           percent_rank() over (partition by e.equipmenttype order by u.sessions, e.equipmentid) >= 0.5 as is_busy,
           (select count(*) from equipmentmaintenance m
            where m.equipmentid = e.equipmentid and m.maintenancetype = 'Repair'
              and m.partsreplaced is not null) as repairs
    from equipment e
    join used u on u.equipmentid = e.equipmentid
    where e.purchasedate < :start
)
select 'repairs of busier against quieter machines' as label,
       avg(repairs) filter (where is_busy) / nullif(avg(repairs) filter (where not is_busy), 0) as value,
       :bands.repairs_of_busy as low, sum(repairs) as rows
from halves;

-- S63: What technicians write is about the one service: the share of different descriptions, and of the commonest one.
-- source: docs/fitness-story.md#maintenance
-- why: Remarks that repeat word for word are a machine's.
-- uses: equipmentmaintenance
-- least rows: 500
with texts as (
    select description, count(*) as services from equipmentmaintenance group by description
)
select 'different descriptions' as label, count(*) * 1.0 / sum(services) as value,
       :bands.different_descriptions as low, null as high, sum(services) as rows
from texts
union all
select 'the commonest one', max(services) * 1.0 / sum(services), null, :bands.commonest_description, sum(services)
from texts;

-- S64: Services are not dealt out: the busiest technician of a club has more than an equal share.
-- source: docs/fitness-story.md#maintenance
-- why: One person knows the club, the others stand in.
-- uses: equipmentmaintenance, equipment
-- least rows: 500
with by_person as (
    select e.facilityid, m.technicianname, count(*) as services
    from equipmentmaintenance m
    join equipment e on e.equipmentid = m.equipmentid
    group by e.facilityid, m.technicianname
),
clubs as (
    select facilityid, max(services) * count(*) * 1.0 / sum(services) as share, sum(services) as services
    from by_person
    group by facilityid
)
select 'the busiest against an equal share' as label, avg(share) as value, :bands.busiest_technician as low,
       sum(services) as rows
from clubs;
