-- Weights of the rules as tables, for the scorecard.

-- relation hourly_rules: Relative payments of each hour in the rules: of most merchants, of those of food; and by default.
-- uses: nothing
select 8 + o.place as hour_of_day, o.weight as others, f.weight as food, u.weight as usual_others,
       d.weight as usual_food
from (values :activity.hours) o (place, weight)
join (values :activity.food_hours) f (place, weight) on f.place = o.place
join (values :default.activity.hours) u (place, weight) on u.place = o.place
join (values :default.activity.food_hours) d (place, weight) on d.place = o.place;

-- relation weekday_rules: Relative payments of each day of the week in the rules: of all merchants, of those of food, of
-- the others; and by default.
-- uses: nothing
select 1 + o.place as day_of_week, f.weight as food, o.weight as others, d.weight as usual_food,
       u.weight as usual_others,
       f.weight * :business.industries.food + o.weight * (1 - :business.industries.food) as whole,
       d.weight * :default.business.industries.food + u.weight * (1 - :default.business.industries.food) as usual_whole
from (values :activity.weekdays) o (place, weight)
join (values :activity.food_weekdays) f (place, weight) on f.place = o.place
join (values :default.activity.weekdays) u (place, weight) on u.place = o.place
join (values :default.activity.food_weekdays) d (place, weight) on d.place = o.place;
