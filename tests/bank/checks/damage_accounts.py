"""Damage to accounts, relationships and transactions: (what is wrong, the check, how it is planted)."""

from __future__ import annotations

from tests.bank.checks.damage_people import first

ACCOUNT = first("accounts", "account_id")
CLOSED = first("accounts", "account_id", "status = 'closed'")
DORMANT = first("accounts", "account_id", "status = 'dormant'")
ACTIVE = first("accounts", "account_id", "status = 'active'")
CD = first("accounts", "account_id", "account_type = 'cd' and status <> 'closed'")
SAVINGS = first("accounts", "account_id", "account_type = 'savings'")
RECENT = first("accounts", "account_id", "opened_date >= :start")
OLD = first("accounts", "account_id", "opened_date < :start")
ANALYST = first("employees", "employee_id", "role = 'Risk Analyst'")
LINKED = first("account_relationships", "relationship_id", "relationship_type = 'linked_savings'")
JOINT = first("account_relationships", "relationship_id", "relationship_type = 'joint_owner'")
TRANSACTION = first("transactions", "transaction_id")


def txn(condition: str) -> str:
    """SQL for the first transaction that meets a condition."""
    return first("transactions", "transaction_id", condition)


PURCHASE = txn("category = 'card_purchase'")
COUNTER = txn("category = 'counter_cash'")
INTEREST = txn("category = 'interest'")
SALARY = txn("category = 'payroll'")
BILL = txn("category = 'bill_payment'")
ATM = txn("category = 'atm_cash'")
REPAYMENT = txn("category = 'loan_repayment'")

ACCOUNTS = [
    ("an account opened on a Saturday", "H30a",
     "update accounts set opened_date = cast(date_trunc('week', opened_date) as date) + 5 where account_id ="
     f" {ACCOUNT}"),
    ("an account opened on the Monday of Labor Day", "H30a",
     f"update accounts set opened_date = date '2026-09-07' where account_id = {ACCOUNT}"),
    ("an account opened on the Monday after a Christmas on a Sunday", "H30a",
     f"update accounts set opened_date = date '2022-12-26' where account_id = {ACCOUNT}"),
    ("an account opened the day before KYC was verified", "H30b",
     f"update kyc_records set completed_date = (select opened_date + 1 from accounts where account_id = {ACCOUNT})"
     f" where customer_id = (select customer_id from accounts where account_id = {ACCOUNT})"),
    ("an account of a customer who was rejected", "H30b",
     "update kyc_records set status = 'rejected' where customer_id = (select customer_id from accounts where"
     f" account_id = {ACCOUNT})"),
    ("an account opened by a Risk Analyst", "H30c",
     f"update accounts set opened_by = {ANALYST} where account_id = {ACCOUNT}"),
    ("an account opened by somebody not yet hired", "H30c",
     "update employees set hire_date = :as_of - 1 where employee_id = (select opened_by from accounts where"
     f" account_id = {ACCOUNT})"),
    ("an account opened by nobody the bank knows", "H30c",
     f"update accounts set opened_by = 'EMP99999' where account_id = {ACCOUNT}"),
    ("a closed account without its day", "H31a",
     f"update accounts set closed_date = null where account_id = {CLOSED}"),
    ("a closed account with money in it", "H31a", f"update accounts set balance = 0.01 where account_id = {CLOSED}"),
    ("an account closed before it was opened", "H31a",
     f"update accounts set closed_date = opened_date - 1 where account_id = {CLOSED}"),
    ("an active account with a closing day", "H31a",
     f"update accounts set closed_date = :as_of - 1 where account_id = {ACTIVE}"),
    ("a savings account that matures", "H31b",
     f"update accounts set maturity_date = :as_of + 100 where account_id = {SAVINGS}"),
    ("a certificate of deposit that never matures", "H31b",
     f"update accounts set maturity_date = null where account_id = {CD}"),
    ("a certificate of deposit that has matured", "H31b",
     f"update accounts set maturity_date = :as_of where account_id = {CD}"),
    ("a checking account with interest", "H31c",
     "update accounts set interest_rate = 0.5 where account_type = 'checking'"),
    ("a savings account without interest", "H31c",
     f"update accounts set interest_rate = 0 where account_id = {SAVINGS}"),
    ("a dormant account opened in the last year", "H31d",
     f"update accounts set opened_date = cast(:as_of - interval '1 year' as date) where account_id = {DORMANT}"),
    ("an account opened in the window that had money before", "H31e",
     f"update accounts set opening_balance = 1 where account_id = {RECENT}"),
    ("an active customer without an account", "H32",
     "update customers set status = 'active' where status = 'inactive'"),
    ("an inactive customer with an open account", "H32",
     "update customers set status = 'inactive' where status = 'active'"),
    ("a joint owner who is the owner", "H3Aa",
     "update account_relationships set related_customer_id = (select customer_id from accounts a where a.account_id"
     f" = account_relationships.account_id) where relationship_id = {JOINT}"),
    ("a relationship with nobody", "H3Aa",
     f"update account_relationships set related_customer_id = null where relationship_id = {JOINT}"),
    ("a linked account that names a customer", "H3Aa",
     "update account_relationships set related_customer_id = (select max(customer_id) from customers) where"
     f" relationship_id = {LINKED}"),
    ("a linked account of somebody else", "H3Ab",
     "update accounts set customer_id = (select min(customer_id) from customers) where account_id = (select"
     f" related_account_id from account_relationships where relationship_id = {LINKED})"),
    ("a linked checking account", "H3Ab",
     "update accounts set account_type = 'checking' where account_id = (select related_account_id from"
     f" account_relationships where relationship_id = {LINKED})"),
    ("three relationships of an account", "H3Ac",
     "insert into account_relationships select 'REL99999' || n, account_id, relationship_type, related_customer_id"
     " || n, related_account_id, start_date from account_relationships, range(2) r(n) where relationship_id ="
     f" {JOINT}"),
    ("a customer related twice to an account", "H3Ac",
     "insert into account_relationships select 'REL999999', r.* exclude (relationship_id) from"
     f" account_relationships r where relationship_id = {JOINT}"),
    ("a relationship before the account", "H3Ad",
     "update account_relationships set start_date = (select opened_date - 1 from accounts a where a.account_id ="
     f" account_relationships.account_id) where relationship_id = {JOINT}"),
    ("a relationship with somebody not yet a customer", "H3Ad",
     "update customers set created_date = :as_of - 1 where customer_id = (select related_customer_id from"
     f" account_relationships where relationship_id = {JOINT})"),
    ("a relationship with an account not yet opened", "H3Ad",
     "update accounts set opened_date = :as_of - 1 where account_id = (select related_account_id from"
     f" account_relationships where relationship_id = {LINKED})"),
]  # fmt: skip

TRANSACTIONS = [
    ("a running balance off by a cent", "H33a",
     f"update transactions set balance_after = balance_after + 0.01 where transaction_id = {PURCHASE}"),
    ("an opening balance off by a cent", "H33a",
     "update accounts set opening_balance = opening_balance + 0.01 where account_id = (select account_id from"
     f" transactions where transaction_id = {PURCHASE})"),
    ("a transaction that is lost", "H33a", f"delete from transactions where transaction_id = {PURCHASE}"),
    ("two transactions of an account in each other's place", "H33a",
     "update transactions set transaction_id = case transaction_id when a.one then a.two else a.one end from"
     " (select min(transaction_id) as one, max(transaction_id) as two from transactions where account_id = (select"
     f" account_id from transactions where transaction_id = {SALARY})) a where transaction_id in (a.one, a.two)"),
    ("a balance off by a cent", "H33b", f"update accounts set balance = balance + 0.01 where account_id = {ACTIVE}"),
    ("a dormant account whose balance is another", "H33b",
     f"update accounts set balance = balance + 10 where account_id = {DORMANT}"),
    ("a spending of a cent above 30 % of the balance", "H34",
     "update transactions set amount = cast(0.3 * (balance_after + amount) as decimal(14, 2)) + 0.01, balance_after"
     " = balance_after + amount - cast(0.3 * (balance_after + amount) as decimal(14, 2)) - 0.01 where"
     f" transaction_id = {PURCHASE}"),
    ("a transaction before the window", "H35a",
     f"update transactions set transaction_at = :start - interval '1 second' where transaction_id = {TRANSACTION}"),
    ("a transaction before the account was opened", "H35a",
     "update accounts set opened_date = :as_of - 1 where account_id = (select account_id from transactions where"
     f" transaction_id = {PURCHASE})"),
    ("a purchase from a dormant account", "H35b",
     "update accounts set status = 'dormant' where account_id = (select account_id from transactions where"
     f" transaction_id = {PURCHASE})"),
    ("interest on a closed account", "H35b",
     "update accounts set status = 'closed' where account_id = (select account_id from transactions where"
     f" transaction_id = {INTEREST})"),
    ("a number that does not rise with time", "H35c",
     "update transactions set transaction_at = transaction_at + interval '40 days' where transaction_id ="
     f" {TRANSACTION}"),
    ("a purchase that is a deposit", "H36a",
     f"update transactions set transaction_type = 'deposit' where transaction_id = {PURCHASE}"),
    ("a purchase by ACH", "H36a", f"update transactions set channel = 'ach' where transaction_id = {PURCHASE}"),
    ("a bill that is a fee", "H36a",
     f"update transactions set transaction_type = 'fee' where transaction_id = {BILL}"),
    ("a purchase in cash", "H36b", f"update transactions set is_cash = true where transaction_id = {PURCHASE}"),
    ("cash over the counter that is no cash", "H36b",
     f"update transactions set is_cash = false where transaction_id = {COUNTER}"),
    ("cash over the counter processed by nobody", "H36c",
     f"update transactions set processed_by = null where transaction_id = {COUNTER}"),
    ("a purchase processed by a person", "H36c",
     f"update transactions set processed_by = 'EMP00002' where transaction_id = {PURCHASE}"),
    ("a purchase that is manual", "H36c",
     f"update transactions set processing = 'manual' where transaction_id = {PURCHASE}"),
    ("a purchase from a savings account", "H36d",
     "update accounts set account_type = 'savings' where account_id = (select account_id from transactions where"
     f" transaction_id = {PURCHASE})"),
    ("cash from a certificate of deposit", "H36d",
     f"update transactions set account_id = {CD} where transaction_id = {COUNTER}"),
    ("a purchase from nobody", "H36e",
     f"update transactions set counterparty = null where transaction_id = {PURCHASE}"),
    ("a purchase that names a loan", "H36e",
     f"update transactions set reference_id = 'LON000001' where transaction_id = {PURCHASE}"),
    ("a repayment that names no loan", "H36e",
     f"update transactions set reference_id = null where transaction_id = {REPAYMENT}"),
    ("a salary on a Sunday", "H37a",
     "update transactions set transaction_at = date_trunc('week', transaction_at) + interval '6 days 6 hours' where"
     f" transaction_id = {SALARY}"),
    ("cash over the counter on Columbus Day", "H37a",
     f"update transactions set transaction_at = timestamp '2026-10-12 10:00:00' where transaction_id = {COUNTER}"),
    ("a branch that serves at night", "H37b",
     "update transactions set transaction_at = date_trunc('day', transaction_at) + interval '17 hours' where"
     f" transaction_id = {COUNTER}"),
    ("a branch that serves a minute before nine", "H37b",
     "update transactions set transaction_at = date_trunc('day', transaction_at) + interval '8 hours 59 minutes'"
     f" where transaction_id = {COUNTER}"),
    ("cash handed out by a Risk Analyst", "H37c",
     f"update transactions set processed_by = {ANALYST} where transaction_id = {COUNTER}"),
    ("cash handed out by somebody who has left", "H37c",
     "update employees set termination_date = hire_date where employee_id = (select processed_by from transactions"
     f" where transaction_id = {COUNTER})"),
    ("a salary of $999.99", "H38a", f"update transactions set amount = 999.99 where transaction_id = {SALARY}"),
    ("a salary of $8,000.01", "H38a", f"update transactions set amount = 8000.01 where transaction_id = {SALARY}"),
    ("a machine that gives tens", "H38b",
     f"update transactions set amount = 30 where transaction_id = {ATM}"),
    ("an account opened in the window without an opening deposit", "H38c",
     "delete from transactions where category = 'opening_deposit'"),
    ("an opening deposit of an old account", "H38c",
     f"update accounts set opened_date = :start - 1 where account_id = {RECENT}"),
    ("an opening deposit the day after the opening", "H38c",
     "update accounts set opened_date = opened_date - 1 where account_id = (select account_id from transactions"
     " where category = 'opening_deposit' and transaction_at >= :start + interval '1 day' order by transaction_id"
     " limit 1)"),
    ("interest off by a cent", "H39",
     f"update transactions set amount = amount + 0.01 where transaction_id = {INTEREST}"),
    ("interest that is not credited", "H39", f"delete from transactions where transaction_id = {INTEREST}"),
    ("interest in the middle of the month", "H39",
     "update transactions set transaction_at = transaction_at - interval '10 days' where transaction_id ="
     f" {INTEREST}"),
    ("interest a second before the day's last", "H39",
     "update transactions set transaction_at = transaction_at - interval '1 second' where transaction_id ="
     f" {INTEREST}"),
    ("interest credited twice", "H39",
     "insert into transactions select 'TXN9999999999', t.* exclude (transaction_id) from transactions t where"
     f" transaction_id = {INTEREST}"),
    ("interest at a rate that is not the account's", "H39",
     "update accounts set interest_rate = interest_rate + 1 where account_id = (select account_id from transactions"
     f" where transaction_id = {INTEREST})"),
]  # fmt: skip

DAMAGE = [*ACCOUNTS, *TRANSACTIONS]
