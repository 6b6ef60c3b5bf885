-- Accounts as a whole: who holds them, of which kinds, and what is in them.

-- relation account_growth: Accounts a customer by the rules in force against those by the usual ones.
-- uses: nothing
select 1e0 * :accounts.holder_share * (1 + :accounts.several_share * more)
       / (:default.accounts.holder_share * (1 + :default.accounts.several_share * usual)) as ratio
from (values (:accounts.several.2 + 2 * :accounts.several.3 + 3 * :accounts.several.4,
              :default.accounts.several.2 + 2 * :default.accounts.several.3 + 3 * :default.accounts.several.4))
     s (more, usual);

-- relation account_facts: Accounts with the number of their relationships.
-- uses: accounts, account_relationships
select a.account_id, count(r.relationship_id) as relationships
from accounts a
left join account_relationships r on r.account_id = a.account_id
group by a.account_id;

-- S02a: Customers with an account, and with several.
-- source: docs/bank-story.md#scorecard
-- uses: customer_facts
-- least rows: 800
-- share: with an account: accounts > 0 near :accounts.holder_share within :bands.share_points or
-- :bands.standard_errors standard errors
-- share: several, of those: accounts > 1 among accounts > 0 near :accounts.several_share within :bands.share_points
-- or :bands.standard_errors standard errors
from customer_facts;

-- S02b: Accounts a customer.
-- source: docs/bank-story.md#scorecard
-- uses: customers, accounts, account_growth
-- least rows: 1000
select 'accounts a customer' as label, a.accounts * 1e0 / nullif(c.customers, 0) as value,
       :bands.accounts.0 * r.ratio as low,
       :bands.accounts.1 * r.ratio as high, c.customers as rows
from (select count(*) as accounts from accounts) a
cross join (select count(*) as customers from customers) c
cross join account_growth r;

-- S03: Kinds of accounts.
-- source: docs/bank-story.md#scorecard
-- uses: accounts
-- least rows: 900
-- mix: account_type as :accounts.types within :bands.share_points or :bands.standard_errors standard errors
from accounts;

-- S04a: Accounts with one relationship, and with two.
-- source: docs/bank-story.md#scorecard
-- uses: account_facts
-- least rows: 900
-- share: one relationship: relationships = 1 near :accounts.one_relationship_share within :bands.share_points or
-- :bands.standard_errors standard errors
-- share: two relationships: relationships = 2 near :accounts.two_relationships_share within :bands.second_points or
-- :bands.standard_errors standard errors
from account_facts;

-- S04b: Kinds of relationships that occur.
-- source: docs/bank-story.md#scorecard
-- uses: account_relationships
-- least rows: 250
select 'kinds' as label, count(distinct relationship_type) as value, :bands.relationship_kinds as low,
       :bands.relationship_kinds as high, count(*) as rows
from account_relationships;

-- S25: Balances of open accounts are skewed, and higher before retirement than in youth.
-- source: docs/bank-story.md#scorecard
-- uses: accounts, customers
-- least rows: 10000
with balances as (
    select cast(a.balance as double precision) as balance, extract(year from age) as age
    from (
        select a.balance, a.status, age(cast(:as_of as timestamp), cast(c.date_of_birth as timestamp)) as age
        from accounts a join customers c on c.customer_id = a.customer_id
    ) a
    where a.status <> 'closed'
),
-- Of a log-normal distribution the mean is so much larger than the median.
moved (skew, ages) as (
    values (exp((power(:accounts.balance_sigma, 2) - power(:default.accounts.balance_sigma, 2)) / 2e0),
            1e0 * :accounts.balances.4 / :accounts.balances.0
            / (1e0 * :default.accounts.balances.4 / :default.accounts.balances.0))
)
select 'mean against median' as label, avg(balance) / percentile_cont(0.5) within group (order by balance) as value,
       :bands.balance_skew.0 * max(least(m.skew, 1)) as low, :bands.balance_skew.1 * max(greatest(m.skew, 1)) as high,
       count(*) as rows
from balances cross join moved m
union all
select 'median at 65 to 74 against under 35',
       percentile_cont(0.5) within group (order by case when age between 65 and 74 then balance end)
       / percentile_cont(0.5) within group (order by case when age < 35 then balance end),
       :bands.balance_ages.0 * max(m.ages), :bands.balance_ages.1 * max(m.ages), count(*)
from balances cross join moved m;

-- S29b: Branches that hold accounts.
-- source: docs/bank-story.md#scorecard
-- uses: accounts
-- least rows: 900
select 'branches' as label, count(distinct branch_code) as value, :bands.branches.0 as low, :bands.branches.1 as high,
       count(*) as rows
from accounts;
