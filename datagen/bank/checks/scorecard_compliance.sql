-- Compliance as a whole: how alerts end, and the risk of customers.

-- S21: Alerts that end without a report.
-- source: docs/bank-story.md#scorecard
-- uses: aml_checks
-- least rows: 200
-- share: without a report: status = 'closed' among result = 'alert' and status <> 'open' near 1 -
-- :bands.reported_alerts * :compliance.reported_share / :default.compliance.reported_share within :bands.alert_points
-- or :bands.standard_errors standard errors
from aml_checks;

-- S29a: Risk classes of customers.
-- source: docs/bank-story.md#scorecard
-- uses: customer_profiles
-- least rows: 1000
-- mix: risk_class as :kyc.risk_classes within :bands.share_points or :bands.standard_errors standard errors
from customer_profiles;
