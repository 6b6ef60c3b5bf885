-- Use, service and repair of machines.
-- Of large tables, ids are sorted as bytes (collate "C"), and parts of times are had by date_part: PostgreSQL's sorting
-- by language, and its extract, which counts in decimals, take several times as long.

-- H70: Use of a machine lies inside a visit of the same member in the machine's area.
-- source: docs/fitness-story.md#machine-use
-- why: Somebody on a treadmill passed the door before and leaves through it later, and the treadmill stands in the
-- area they came to.
-- uses: workouts
select usageid, starttime from workouts where accessid is null;

-- H71a: A machine has one user at a time.
-- source: docs/fitness-story.md#machine-use
-- why: A machine takes one person.
-- uses: equipmentusage
select usageid, equipmentid, starttime, endtime, following
from (
    select usageid, equipmentid, starttime, endtime,
           lead(starttime) over (partition by equipmentid collate "C" order by starttime, endtime) as following
    from equipmentusage
) u
where following < endtime;

-- H71b: A member uses one machine at a time.
-- source: docs/fitness-story.md#machine-use
-- why: A person uses one machine.
-- uses: equipmentusage
select usageid, memberid, starttime, endtime, following
from (
    select usageid, memberid, starttime, endtime,
           lead(starttime) over (partition by memberid collate "C" order by starttime, endtime) as following
    from equipmentusage
) u
where following < endtime;

-- H72a: No machine is used on a day of its repair.
-- source: docs/fitness-story.md#machine-use
-- why: A machine that is being repaired is locked and tagged.
-- uses: equipmentusage, equipmentmaintenance
select u.usageid, u.equipmentid, u.starttime, r.maintenanceid
from equipmentusage u
join equipmentmaintenance r
  on r.equipmentid = u.equipmentid and r.maintenancedate = cast(u.starttime as date) and r.maintenancetype = 'Repair';

-- H72b: No machine is used before it was bought.
-- source: docs/fitness-story.md#machine-use
-- why: Use is recorded by the machine itself, which must be there.
-- uses: equipmentusage, equipment
select u.usageid, u.equipmentid, u.starttime, e.purchasedate
from equipmentusage u
join equipment e on e.equipmentid = u.equipmentid
where u.starttime < cast(e.purchasedate as timestamp);

-- H73a: No machine is serviced before it was bought.
-- source: docs/fitness-story.md#maintenance
-- why: Nobody services a machine the club does not own yet.
-- uses: equipmentmaintenance, equipment
select s.maintenanceid, s.equipmentid, s.maintenancedate, e.purchasedate
from equipmentmaintenance s
join equipment e on e.equipmentid = s.equipmentid
where s.maintenancedate < e.purchasedate;

-- H73b: The next service of a machine comes after this one.
-- source: docs/fitness-story.md#maintenance
-- why: The next date is set when a service is done, so it lies ahead of it.
-- uses: equipmentmaintenance
select maintenanceid, maintenancedate, nextmaintenancedate
from equipmentmaintenance where nextmaintenancedate <= maintenancedate;

-- H74: The duration of a session on a machine is the whole minutes between start and end.
-- source: docs/fitness-story.md#machine-use
-- uses: equipmentusage
select usageid, starttime, endtime, durationminutes
from equipmentusage
where durationminutes <> floor(date_part('epoch', endtime - starttime) / 60);

-- H75: In a visit warm-ups come first and cool-downs last.
-- source: docs/fitness-story.md#machine-use
-- why: Warming up after the workout, or cooling down before it, is not what the words mean.
-- uses: workouts
select accessid, max(starttime) filter (where usagetype = 'Warmup') as warmup,
       min(starttime) filter (where usagetype = 'Cooldown') as cooldown
from workouts
where accessid is not null
group by accessid
having max(starttime) filter (where usagetype = 'Warmup') > min(starttime) filter (where usagetype <> 'Warmup')
    or min(starttime) filter (where usagetype = 'Cooldown') < max(starttime) filter (where usagetype <> 'Cooldown');

-- H76: Treadmills have their preventive service two to three months after the one before.
-- source: docs/fitness-story.md#maintenance
-- why: Belts and decks wear fastest: makers ask for service every two to three months, and the warranty depends on
-- it.
-- uses: equipmentmaintenance, equipment
select s.maintenanceid, s.equipmentid, s.before, s.maintenancedate
from (
    select m.maintenanceid, m.equipmentid, m.maintenancedate,
           lag(m.maintenancedate) over (
               partition by m.equipmentid order by m.maintenancedate, m.maintenanceid
           ) as before
    from equipmentmaintenance m
    join equipment e on e.equipmentid = m.equipmentid
    where m.maintenancetype = 'Preventive' and e.equipmenttype = 'Treadmill'
) s
where s.maintenancedate < cast(s.before + :bands.treadmill_months.0 * interval '1 month' as date)
   or s.maintenancedate > cast(s.before + :bands.treadmill_months.1 * interval '1 month' as date);

-- H77: No treadmill goes without preventive service for more than three months of the window, unless it waits for a
-- repair on the as-of day.
-- source: docs/fitness-story.md#maintenance
-- why: The check before judges pairs of services and would be silent about a treadmill that has none.
-- uses: equipmentmaintenance, equipment
select e.equipmentid, e.purchasedate, min(m.maintenancedate) as first, max(m.maintenancedate) as last
from equipment e
left join equipmentmaintenance m on m.equipmentid = e.equipmentid and m.maintenancetype = 'Preventive'
where e.equipmenttype = 'Treadmill'
group by e.equipmentid, e.purchasedate, e.status
having e.status <> 'Out of Order'
   and (coalesce(min(m.maintenancedate), :as_of)
            > cast(greatest(e.purchasedate, :start) + :bands.treadmill_months.1 * interval '1 month' as date)
        or max(m.maintenancedate) < cast(:as_of - :bands.treadmill_months.1 * interval '1 month' as date));
