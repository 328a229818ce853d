-- Every period has one value of each slice that partitions (Unknown included), so each adds up to the whole, and a
-- numerator never exceeds its denominator. Reasons to leave out add up to all that is left out.
with

slice as (
    select * from {{ ref('dim_slice') }} where is_in_wioa_report and is_partition
),

summed as (
    select
        report_quarter,
        report_type,
        program_code,
        wda_code,
        indicator_code,
        report.slice_code,
        sum(numerator_count) as numerator_count,
        sum(denominator_count) as denominator_count,
        sum(pending_count) as pending_count,
        sum(unmatched_count) as unmatched_count,
        sum(excluded_count) as excluded_count,
        sum(
            excluded_institutionalised_count + excluded_medical_count + excluded_deceased_count
            + excluded_called_up_count + excluded_foster_moved_count + excluded_ineligible_count
            + excluded_offender_count
        ) as reason_count
    from {{ ref('rpt_wioa_indicator') }} as report
    inner join slice
        on report.slice_code = slice.slice_code
    group by report_quarter, report_type, program_code, wda_code, indicator_code, report.slice_code
),

spread as (
    select
        report_quarter,
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
        max(numerator_count - denominator_count) as most_over,
        max(abs(excluded_count - reason_count)) as reason_spread
    from summed
    group by report_quarter, report_type, program_code, wda_code, indicator_code
)

select *
from spread
where slice_count <> (
    select count(*) from slice where spread.report_type = 'ANNUAL' or slice.is_in_rolling_report
)
    or reason_spread <> 0
    or numerator_spread + denominator_spread + pending_spread + unmatched_spread + excluded_spread <> 0
    or most_over > 0
