-- Every stay of a programme is compared, pending, unmatched or left out for a reason, in each figure of its cohort.
select
    program_code,
    entry_cohort,
    metric_code,
    window_code
from {{ ref('rpt_net_impact') }}
where
    numerator_count + pending_count + unmatched_count + excluded_count <> denominator_count
    or is_estimated <> (effect_value is not null)
    or (is_estimated and not (low_value <= effect_value and effect_value <= high_value))
