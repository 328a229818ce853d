-- Each indicator with what is said of it: the first statement is the baseline.
with

kpi as (
    select * from {{ ref('ref_kpi') }}
),

statement as (
    select * from {{ ref('ref_plan_statement') }}
),

-- Numbers of different times do not contradict each other; of one time they do, and so do two days for one event.
said_of_time as (
    select
        kpi_code,
        time_code,
        count(*) as statement_count,
        count(distinct statement_value) as value_count,
        count(distinct said_of) as date_count
    from statement
    group by kpi_code, time_code
),

said as (
    select
        kpi_code,
        sum(statement_count) as statement_count,
        max(value_count) as value_count,
        max(case when time_code = 'REACHED' then date_count else 1 end) as date_count
    from said_of_time
    group by kpi_code
),

final as (
    select
        kpi.code as kpi_code,
        kpi.label as kpi_label,
        cast(kpi.goal_code as varchar) as goal_code,
        kpi.unit_code,
        kpi.is_by_population,
        kpi.is_lower_better,
        kpi.is_of_whole_year,
        kpi.definition,
        cast(baseline.statement_value as decimal(18, 6)) as baseline_value,
        baseline.is_target as is_baseline_target,
        baseline.said_of as baseline_said_of,
        baseline.statement_source as baseline_source,
        baseline.place as baseline_place,
        case
            when said.kpi_code is null then 'NONE'
            when said.value_count > 1 then 'CONFLICT_VALUE'
            when said.date_count > 1 then 'CONFLICT_DATE'
            when baseline.is_target then 'TARGET'
            else 'STATED'
        end as baseline_status_code,
        cast(coalesce(said.statement_count, 0) as bigint) as statement_count
    from kpi
    left join said
        on kpi.code = said.kpi_code
    left join statement as baseline
        on kpi.code = baseline.kpi_code
        and baseline.statement_no = 1
)

select * from final
