-- A good job is full-quarter employment in both quarters and good in the second; what is counted in the report is in the facts (O24).
with

outcome as (
    select * from {{ ref('fct_good_job_outcome') }}
),

good as (
    select * from outcome where metric_code = 'GOOD_JOB' and is_in_numerator
),

needed as (
    select
        good.period_key,
        good.definition_version,
        count(outcome.period_key) as met_count
    from good
    left join outcome
        on good.period_key = outcome.period_key
        and outcome.is_in_numerator
        and (
            outcome.metric_code in ('FULL_QUARTER_Q2', 'FULL_QUARTER_Q4')
            or (outcome.metric_code = 'GOOD_JOB_Q2' and outcome.definition_version = good.definition_version)
        )
    group by good.period_key, good.definition_version
),

counted as (
    select
        outcome.metric_code,
        outcome.definition_version,
        outcome.program_year,
        period.program_code,
        sum(case when outcome.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when outcome.is_in_denominator then 1 else 0 end) as denominator_count
    from outcome
    inner join {{ ref('fct_program_period') }} as period
        on outcome.period_key = period.period_key
    group by outcome.metric_code, outcome.definition_version, outcome.program_year, period.program_code
)

select
    period_key as of_what,
    definition_version
from needed
where met_count <> 3
union all
select
    counted.program_code || ' ' || counted.metric_code as of_what,
    counted.definition_version
from counted
left join {{ ref('rpt_good_job') }} as report
    on counted.metric_code = report.metric_code
    and counted.definition_version = report.definition_version
    and counted.program_year = report.program_year
    and counted.program_code = report.program_code
    and report.wda_code = 'ALL'
where report.program_code is null
    or counted.numerator_count <> report.numerator_count
    or counted.denominator_count <> report.denominator_count
