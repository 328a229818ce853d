-- Levels of college add up to all colleges; every slice that partitions adds up to the whole; the whole is the stays
-- behind it.
with

report as (
    select * from {{ ref('rpt_college_transition') }}
),

level_sum as (
    select
        program_year, program_code, slice_code, slice_value, metric_code,
        sum(case when college_level_code = 'ALL' then numerator_count else 0 end) as all_count,
        sum(case when college_level_code <> 'ALL' then numerator_count else 0 end) as level_count
    from report
    where metric_code in ('COLLEGE_16M', 'COLLEGE_FIRST_16M')
    group by program_year, program_code, slice_code, slice_value, metric_code
),

slice_sum as (
    select
        report.program_year, report.program_code, report.slice_code, report.metric_code,
        sum(report.numerator_count) as numerator_count,
        sum(report.denominator_count) as denominator_count,
        sum(report.pending_count) as pending_count,
        sum(report.excluded_count) as excluded_count
    from report
    inner join {{ ref('dim_slice') }} as slice
        on report.slice_code = slice.slice_code
        and slice.is_partition
    where report.college_level_code = 'ALL'
    group by report.program_year, report.program_code, report.slice_code, report.metric_code
),

stay as (
    select
        outcome.program_year, transition.program_code, outcome.metric_code,
        sum(case when outcome.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when outcome.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when outcome.is_pending then 1 else 0 end) as pending_count,
        sum(case when outcome.exclusion_code is not null then 1 else 0 end) as excluded_count
    from {{ ref('fct_education_outcome') }} as outcome
    inner join {{ ref('fct_college_transition') }} as transition
        on outcome.period_key = transition.period_key
    group by outcome.program_year, transition.program_code, outcome.metric_code
)

select
    program_year,
    program_code,
    metric_code,
    'levels of college do not add up' as finding
from level_sum
where all_count <> level_count
union all
select
    slice_sum.program_year,
    slice_sum.program_code,
    slice_sum.metric_code,
    'slice ' || slice_sum.slice_code || ' does not add up to the stays' as finding
from slice_sum
left join stay
    on slice_sum.program_year = stay.program_year
    and slice_sum.program_code = stay.program_code
    and slice_sum.metric_code = stay.metric_code
where stay.metric_code is null
    or slice_sum.numerator_count <> stay.numerator_count
    or slice_sum.denominator_count <> stay.denominator_count
    or slice_sum.pending_count <> stay.pending_count
    or slice_sum.excluded_count <> stay.excluded_count
