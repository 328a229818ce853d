-- What a programme spent in a period is carried by whoever was in it then: in equal shares, or by days (rules 13).
with

period as (
    select * from {{ ref('fct_program_period') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

parameter as (
    select * from {{ ref('dim_roi_parameter') }}
),

cost as (
    select
        program_code,
        cost_period,
        program_year,
        cost_from_date,
        cost_to_date,
        sum(cost_amount_usd) as cost_usd
    from {{ ref('fct_program_cost') }}
    group by program_code, cost_period, program_year, cost_from_date, cost_to_date
),

stay as (
    select
        period.period_key,
        period.program_code,
        period.entry_date,
        {{ earlier_of('build.as_of_date', 'period.exit_date') }} as last_date
    from period
    cross join build
),

present as (
    select
        stay.period_key,
        cost.program_code,
        cost.cost_period,
        cost.program_year,
        cost.cost_usd,
        {{ days_between(later_of('cost.cost_from_date', 'stay.entry_date'), earlier_of('cost.cost_to_date', 'stay.last_date')) }} + 1
            as present_day_count
    from stay
    inner join cost
        on stay.program_code = cost.program_code
        and stay.entry_date <= cost.cost_to_date
        and stay.last_date >= cost.cost_from_date
),

carried as (
    select
        *,
        count(*) over (partition by program_code, cost_period) as present_count,
        sum(present_day_count) over (partition by program_code, cost_period) as day_count
    from present
),

final as (
    select
        carried.period_key,
        parameter.definition_version,
        carried.cost_period,
        carried.program_year,
        cast(carried.present_day_count as integer) as present_day_count,
        cast(case parameter.cost_allocation_code
            when 'HEAD' then cast(carried.cost_usd as double) / carried.present_count
            when 'DAYS' then cast(carried.cost_usd as double) * carried.present_day_count / carried.day_count
        end as decimal(18, 6)) as cost_usd
    from carried
    cross join parameter
)

select * from final
