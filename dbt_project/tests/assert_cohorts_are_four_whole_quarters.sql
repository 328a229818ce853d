-- Cohorts are named by their last quarter, which needs every window to be four whole quarters.
select
    report_type,
    report_quarter,
    indicator_code
from {{ ref('dim_cohort') }}
where {{ quarter_index('window_from_date') }} <> window_quarter_index - 3
    or {{ quarter_index(add_days('window_from_date', -1)) }} <> window_quarter_index - 4
    or {{ quarter_index(add_days('window_to_date', 1)) }} <> window_quarter_index + 1
