-- The statewide figure of each programme is the count of its rows in fct_participation_outcome.
with

outcome as (
    select
        program_year,
        program_code,
        indicator_code,
        sum(case when is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when is_in_denominator then 1 else 0 end) as denominator_count
    from {{ ref('fct_participation_outcome') }}
    group by program_year, program_code, indicator_code
),

report as (
    select *
    from {{ ref('rpt_wioa_indicator') }}
    where wda_code = 'ALL'
        and slice_code = 'ALL'
        and program_code <> 'ALL'
)

select
    outcome.program_year,
    outcome.program_code,
    outcome.indicator_code
from outcome
full outer join report
    on outcome.program_year = report.program_year
    and outcome.program_code = report.program_code
    and outcome.indicator_code = report.indicator_code
where coalesce(outcome.numerator_count, -1) <> coalesce(report.numerator_count, -1)
    or coalesce(outcome.denominator_count, -1) <> coalesce(report.denominator_count, -1)
