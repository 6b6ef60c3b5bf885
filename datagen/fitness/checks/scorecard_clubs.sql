-- The scorecard: figures of clubs, machines and staff that should lie in a band at full scale. Bands
-- follow the rules the data was made from; where a figure grows with a rule, its band is scaled by what that rule is
-- against its default.

-- S19: Machines are used for workouts, warm-ups and cool-downs in the shares of the rules.
-- source: docs/fitness-story.md#machine-use
-- uses: equipmentusage
-- least rows: 20000
-- mix: usagetype as :machines.usage_types within :bands.share_tolerance
from equipmentusage;

-- S20: Machines are in order, in maintenance and out of order in the shares of the rules.
-- source: docs/fitness-story.md#equipment
-- why: Machines wait for service and parts.
-- uses: equipment
-- least rows: 500
-- mix: status as :equipment.status within :bands.state_tolerance
from equipment;

-- S21: Staff are active, on leave and terminated in the shares of the rules.
-- source: docs/fitness-story.md#staff
-- uses: staff
-- least rows: 200
-- mix: status as :staff.status within :bands.state_tolerance
from staff;

-- S24: About one facility in five is open round the clock.
-- source: docs/fitness-story.md#facilities
-- why: Staying open at night pays in some places only.
-- uses: facilities
-- least rows: 10
-- share: open 24/7: opentime = time '00:00:00' and closetime = time '23:59:59' near :facilities.always_open_share
-- within :bands.always_open_tolerance
from facilities;

-- S27: Older machines are repaired more often, the older half of a kind against the younger one.
-- source: docs/fitness-story.md#maintenance
-- why: Wear grows with age.
-- uses: equipment, equipmentmaintenance
-- least rows: 500
with halves as (
    select e.equipmentid,
           percent_rank() over (partition by e.equipmenttype order by e.purchasedate, e.equipmentid) < 0.5 as is_old,
           (select count(*) from equipmentmaintenance m
            where m.equipmentid = e.equipmentid and m.maintenancetype = 'Repair') as repairs
    from equipment e
)
select 'repairs of older against younger machines' as label,
       avg(repairs) filter (where is_old) / nullif(avg(repairs) filter (where not is_old), 0) as value,
       :bands.repairs_of_old as low, sum(repairs) as rows
from halves;
