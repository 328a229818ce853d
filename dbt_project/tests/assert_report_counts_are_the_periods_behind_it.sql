-- The statewide figure of each programme is the count of its rows in the audit trail: those whose cohorts include the
-- report's.
with

trail as (
    select
        cohort.report_type,
        cohort.report_quarter,
        trail.program_code,
        trail.indicator_code,
        sum(case when trail.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when trail.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when trail.is_pending then 1 else 0 end) as pending_count,
        sum(case when trail.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when trail.is_excluded then 1 else 0 end) as excluded_count
    from {{ ref('rpt_wioa_participation') }} as trail
    inner join {{ ref('dim_cohort') }} as cohort
        on trail.indicator_code = cohort.indicator_code
        and cohort.window_quarter_index between trail.first_window_quarter_index and trail.last_window_quarter_index
    group by cohort.report_type, cohort.report_quarter, trail.program_code, trail.indicator_code
),

report as (
    select *
    from {{ ref('rpt_wioa_indicator') }}
    where wda_code = 'ALL'
        and slice_code = 'ALL'
        and program_code <> 'ALL'
)

select
    coalesce(trail.report_type, report.report_type) as report_type,
    coalesce(trail.report_quarter, report.report_quarter) as report_quarter,
    coalesce(trail.program_code, report.program_code) as program_code,
    coalesce(trail.indicator_code, report.indicator_code) as indicator_code
from trail
full outer join report
    on trail.report_type = report.report_type
    and trail.report_quarter = report.report_quarter
    and trail.program_code = report.program_code
    and trail.indicator_code = report.indicator_code
where coalesce(trail.numerator_count, -1) <> coalesce(report.numerator_count, -1)
    or coalesce(trail.denominator_count, -1) <> coalesce(report.denominator_count, -1)
    or coalesce(trail.pending_count, -1) <> coalesce(report.pending_count, -1)
    or coalesce(trail.unmatched_count, -1) <> coalesce(report.unmatched_count, -1)
    or coalesce(trail.excluded_count, -1) <> coalesce(report.excluded_count, -1)
