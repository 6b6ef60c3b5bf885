-- How much machines are used and what they cost to keep; one row a machine.
-- equipmentid: Machine
-- facilityname: Facility it stands in
-- areaname: Area it stands in
-- equipmenttype: Kind of machine
-- equipmentname: Name on the inventory
-- status: State on the as-of day
-- purchasedate: Day of purchase
-- sessions: Sessions on it
-- hours_used: Hours it was in use
-- percent_of_opening: Share of the opening hours it was in use, percent, over the days the data covers and it was there
-- last_used: When a session on it last began
-- services: Services, repairs included
-- repairs: Repairs
-- maintenance_cost: Cost of all of them, US dollars
-- cost_per_hour: That cost for an hour of use, US dollars; empty if it was not used
with covered as (
    select min(cast(starttime as date)) as first_day, max(cast(starttime as date)) as last_day from equipmentusage
),
usage as (
    select equipmentid, count(*) as sessions, sum(durationminutes) as minutes, max(starttime) as last_used
    from equipmentusage
    group by equipmentid
),
upkeep as (
    select
        equipmentid,
        count(*) as services,
        count(*) filter (where maintenancetype = 'Repair') as repairs,
        sum(cost) as cost
    from equipmentmaintenance
    group by equipmentid
)
select
    equipment.equipmentid,
    facilities.facilityname,
    facilityareas.areaname,
    equipment.equipmenttype,
    equipment.equipmentname,
    equipment.status,
    equipment.purchasedate,
    coalesce(usage.sessions, 0) as sessions,
    round(coalesce(usage.minutes, 0) / 60.0, 1) as hours_used,
    round(
        100 * coalesce(usage.minutes, 0)
        / nullif(
            (covered.last_day - greatest(covered.first_day, equipment.purchasedate) + 1)
            * round(cast(extract(epoch from facilities.closetime) - extract(epoch from facilities.opentime) as numeric) / 60),
            0
        ),
        2
    ) as percent_of_opening,
    usage.last_used,
    coalesce(upkeep.services, 0) as services,
    coalesce(upkeep.repairs, 0) as repairs,
    coalesce(upkeep.cost, 0) as maintenance_cost,
    round(upkeep.cost * 60 / nullif(usage.minutes, 0), 2) as cost_per_hour
from equipment
join facilities on facilities.facilityid = equipment.facilityid
join facilityareas on facilityareas.areaid = equipment.areaid
cross join covered
left join usage on usage.equipmentid = equipment.equipmentid
left join upkeep on upkeep.equipmentid = equipment.equipmentid;
