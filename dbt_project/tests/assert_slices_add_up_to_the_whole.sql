-- Every period has one sex and one race (Unknown included), so each slice of a cell adds up to the whole of it, and a
-- numerator never exceeds its denominator.
with

summed as (
    select
        program_year,
        report_type,
        program_code,
        wda_code,
        indicator_code,
        slice_code,
        sum(numerator_count) as numerator_count,
        sum(denominator_count) as denominator_count,
        sum(pending_count) as pending_count,
        sum(unmatched_count) as unmatched_count,
        sum(excluded_count) as excluded_count
    from {{ ref('rpt_wioa_indicator') }}
    group by program_year, report_type, program_code, wda_code, indicator_code, slice_code
),

spread as (
    select
        program_year,
        report_type,
        program_code,
        wda_code,
        indicator_code,
        count(*) as slice_count,
        max(numerator_count) - min(numerator_count) as numerator_spread,
        max(denominator_count) - min(denominator_count) as denominator_spread,
        max(pending_count) - min(pending_count) as pending_spread,
        max(unmatched_count) - min(unmatched_count) as unmatched_spread,
        max(excluded_count) - min(excluded_count) as excluded_spread,
        max(numerator_count - denominator_count) as most_over
    from summed
    group by program_year, report_type, program_code, wda_code, indicator_code
)

select *
from spread
where slice_count <> 3
    or numerator_spread + denominator_spread + pending_spread + unmatched_spread + excluded_spread <> 0
    or most_over > 0
