with

outcome as (
    select * from {{ ref('fct_participation_outcome') }} where indicator_code in ('EXITED', 'EMP_Q2')
),

alone as (
    select * from {{ ref('fct_participation_alone') }} where exit_date is not null
),

program as (
    select * from {{ ref('dim_program') }} where common_exit_group_code is not null
),

cohort as (
    select * from {{ ref('dim_cohort') }} where report_type = 'ANNUAL' and indicator_code in ('EXITED', 'EMP_Q2')
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

shared as (
    select
        cohort.program_year,
        outcome.program_code,
        outcome.indicator_code as metric_code,
        sum(case when outcome.is_in_denominator then 1 else 0 end) as denominator_count,
        count(outcome.exclusion_code) as excluded_count
    from outcome
    inner join program
        on outcome.program_code = program.program_code
    inner join cohort
        on outcome.indicator_code = cohort.indicator_code
        and cohort.window_quarter_index between outcome.first_window_quarter_index and outcome.last_window_quarter_index
    group by cohort.program_year, outcome.program_code, outcome.indicator_code
),

-- EXITED counts a person once, EMP_Q2 every exit that is not left out (rules 2).
separate as (
    select
        cohort.program_year,
        alone.program_code,
        cohort.indicator_code as metric_code,
        case cohort.indicator_code
            when 'EXITED' then count(distinct alone.person_key)
            else sum(case when alone.exclusion_code is null then 1 else 0 end)
        end as denominator_count,
        case cohort.indicator_code when 'EXITED' then 0 else count(alone.exclusion_code) end as excluded_count
    from alone
    inner join cohort
        on alone.exit_date between cohort.window_from_date and cohort.window_to_date
    group by cohort.program_year, alone.program_code, cohort.indicator_code
),

final as (
    select
        cast(coalesce(shared.program_year, separate.program_year) as integer) as program_year,
        program.program_code,
        metric.metric_code,
        program.common_exit_group_code,
        cast(coalesce(shared.denominator_count, 0) as bigint) as denominator_count,
        cast(coalesce(separate.denominator_count, 0) as bigint) as alone_denominator_count,
        cast(coalesce(shared.excluded_count, 0) as bigint) as excluded_count,
        cast(coalesce(separate.excluded_count, 0) as bigint) as alone_excluded_count,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from shared
    full outer join separate
        on shared.program_year = separate.program_year
        and shared.program_code = separate.program_code
        and shared.metric_code = separate.metric_code
    inner join program
        on coalesce(shared.program_code, separate.program_code) = program.program_code
    inner join metric
        on coalesce(shared.metric_code, separate.metric_code) = metric.metric_code
    cross join build
)

select * from final
