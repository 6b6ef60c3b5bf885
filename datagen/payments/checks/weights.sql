-- Weights of the rules as tables, for the scorecard.

-- relation hourly_rules: Relative payments of each hour in the rules: of most merchants, of those of food; and by default.
-- uses: transactions
select * from (
    values
        (8, :activity.hours.0, :activity.food_hours.0, :default.activity.hours.0, :default.activity.food_hours.0),
        (9, :activity.hours.1, :activity.food_hours.1, :default.activity.hours.1, :default.activity.food_hours.1),
        (10, :activity.hours.2, :activity.food_hours.2, :default.activity.hours.2, :default.activity.food_hours.2),
        (11, :activity.hours.3, :activity.food_hours.3, :default.activity.hours.3, :default.activity.food_hours.3),
        (12, :activity.hours.4, :activity.food_hours.4, :default.activity.hours.4, :default.activity.food_hours.4),
        (13, :activity.hours.5, :activity.food_hours.5, :default.activity.hours.5, :default.activity.food_hours.5),
        (14, :activity.hours.6, :activity.food_hours.6, :default.activity.hours.6, :default.activity.food_hours.6),
        (15, :activity.hours.7, :activity.food_hours.7, :default.activity.hours.7, :default.activity.food_hours.7),
        (16, :activity.hours.8, :activity.food_hours.8, :default.activity.hours.8, :default.activity.food_hours.8),
        (17, :activity.hours.9, :activity.food_hours.9, :default.activity.hours.9, :default.activity.food_hours.9),
        (18, :activity.hours.10, :activity.food_hours.10, :default.activity.hours.10, :default.activity.food_hours.10),
        (19, :activity.hours.11, :activity.food_hours.11, :default.activity.hours.11, :default.activity.food_hours.11),
        (20, :activity.hours.12, :activity.food_hours.12, :default.activity.hours.12, :default.activity.food_hours.12),
        (21, :activity.hours.13, :activity.food_hours.13, :default.activity.hours.13, :default.activity.food_hours.13)
) r (hour_of_day, others, food, usual_others, usual_food);

-- relation weekday_rules: Relative payments of each day of the week in the rules: of all merchants, of those of food, of
-- the others; and by default.
-- uses: transactions
select day_of_week, food, others, usual_food, usual_others,
       food * :business.industries.food + others * (1 - :business.industries.food) as whole,
       usual_food * :default.business.industries.food + usual_others * (1 - :default.business.industries.food)
           as usual_whole
from (
    values
        (1, :activity.food_weekdays.0, :activity.weekdays.0, :default.activity.food_weekdays.0, :default.activity.weekdays.0),
        (2, :activity.food_weekdays.1, :activity.weekdays.1, :default.activity.food_weekdays.1, :default.activity.weekdays.1),
        (3, :activity.food_weekdays.2, :activity.weekdays.2, :default.activity.food_weekdays.2, :default.activity.weekdays.2),
        (4, :activity.food_weekdays.3, :activity.weekdays.3, :default.activity.food_weekdays.3, :default.activity.weekdays.3),
        (5, :activity.food_weekdays.4, :activity.weekdays.4, :default.activity.food_weekdays.4, :default.activity.weekdays.4),
        (6, :activity.food_weekdays.5, :activity.weekdays.5, :default.activity.food_weekdays.5, :default.activity.weekdays.5),
        (7, :activity.food_weekdays.6, :activity.weekdays.6, :default.activity.food_weekdays.6, :default.activity.weekdays.6)
) r (day_of_week, food, others, usual_food, usual_others);
