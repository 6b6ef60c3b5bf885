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

-- relation channel_rules: Shares of the types of payments in the rules by industry, with the industry's share of the
-- merchants; and by default.
-- uses: nothing
select c.*, i.share, d.share as usual_share
from (
    values
        ('retail', :payments.retail_types.card_present, :payments.retail_types.online, :payments.retail_types.mobile,
         :payments.retail_types.phone, :default.payments.retail_types.card_present),
        ('food', :payments.food_types.card_present, :payments.food_types.online, :payments.food_types.mobile,
         :payments.food_types.phone, :default.payments.food_types.card_present),
        ('services', :payments.services_types.card_present, :payments.services_types.online, :payments.services_types.mobile,
         :payments.services_types.phone, :default.payments.services_types.card_present),
        ('healthcare', :payments.healthcare_types.card_present, :payments.healthcare_types.online, :payments.healthcare_types.mobile,
         :payments.healthcare_types.phone, :default.payments.healthcare_types.card_present),
        ('automotive', :payments.automotive_types.card_present, :payments.automotive_types.online, :payments.automotive_types.mobile,
         :payments.automotive_types.phone, :default.payments.automotive_types.card_present),
        ('entertainment', :payments.entertainment_types.card_present, :payments.entertainment_types.online, :payments.entertainment_types.mobile,
         :payments.entertainment_types.phone, :default.payments.entertainment_types.card_present),
        ('travel', :payments.travel_types.card_present, :payments.travel_types.online, :payments.travel_types.mobile,
         :payments.travel_types.phone, :default.payments.travel_types.card_present)
) c (industry, card_present, online, mobile, phone, usual_present)
join (values :business.industries) i (name, share) on i.name = c.industry
join (values :default.business.industries) d (name, share) on d.name = c.industry;

-- relation channel_means: The same for all industries together, one row.
-- uses: channel_rules
select sum(share * card_present) as card_present, sum(share * online) as online, sum(share * mobile) as mobile,
       sum(share * phone) as phone, sum(usual_share * usual_present) as usual_present
from channel_rules;

-- relation ticket_rules: Shares of new cards in the rules by what amounts they pay, and the factor on these.
-- uses: nothing
select d.debit as share, :payments.debit_amounts as factor from (
    select :cards.brands.visa * :cards.visa_debit_share + :cards.brands.mastercard * :cards.mastercard_debit_share
           + :cards.brands.discover * :cards.discover_debit_share as debit) d
union all
select 1 - :cards.brands.amex - (:cards.brands.visa * :cards.visa_debit_share + :cards.brands.mastercard
       * :cards.mastercard_debit_share + :cards.brands.discover * :cards.discover_debit_share), :payments.credit_amounts
union all
select :cards.brands.amex, :payments.amex_amounts;

-- relation value_rules: By brand, how much more of the value the rules give it than the default ones.
-- uses: nothing
select card_brand, weight / sum(weight) over () / (usual / sum(usual) over ()) as moved
from (
    values
        ('Visa', :cards.brands.visa
         * (:cards.visa_debit_share * :payments.debit_amounts
            + (1 - :cards.visa_debit_share) * :payments.credit_amounts),
         :default.cards.brands.visa
         * (:default.cards.visa_debit_share * :default.payments.debit_amounts
            + (1 - :default.cards.visa_debit_share) * :default.payments.credit_amounts)),
        ('Mastercard', :cards.brands.mastercard
         * (:cards.mastercard_debit_share * :payments.debit_amounts
            + (1 - :cards.mastercard_debit_share) * :payments.credit_amounts),
         :default.cards.brands.mastercard
         * (:default.cards.mastercard_debit_share * :default.payments.debit_amounts
            + (1 - :default.cards.mastercard_debit_share) * :default.payments.credit_amounts)),
        ('Amex', :cards.brands.amex * :payments.amex_amounts,
         :default.cards.brands.amex * :default.payments.amex_amounts),
        ('Discover', :cards.brands.discover
         * (:cards.discover_debit_share * :payments.debit_amounts
            + (1 - :cards.discover_debit_share) * :payments.credit_amounts),
         :default.cards.brands.discover
         * (:default.cards.discover_debit_share * :default.payments.debit_amounts
            + (1 - :default.cards.discover_debit_share) * :default.payments.credit_amounts))
) v (card_brand, weight, usual);
