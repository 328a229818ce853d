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

-- Shares are whole cents that add up to what was spent: each is the rounded running total less the one before it.
weighed as (
    select
        present.*,
        parameter.definition_version,
        case parameter.cost_allocation_code when 'HEAD' then 1 when 'DAYS' then present.present_day_count end as weight
    from present
    cross join parameter
),

carried as (
    select
        *,
        sum(weight) over (
            partition by definition_version, program_code, cost_period
            order by period_key
            rows between unbounded preceding and current row
        ) as running_weight,
        sum(weight) over (partition by definition_version, program_code, cost_period) as total_weight
    from weighed
),

-- In cents, where the halves that are rounded up are exact.
totalled as (
    select
        *,
        floor(cast(cost_usd * 100 as double) * running_weight / total_weight + 0.5) as running_cents,
        floor(cast(cost_usd * 100 as double) * (running_weight - weight) / total_weight + 0.5) as earlier_cents
    from carried
),

final as (
    select
        period_key,
        definition_version,
        cost_period,
        program_year,
        cast(present_day_count as integer) as present_day_count,
        cast((running_cents - earlier_cents) / 100 as decimal(14, 2)) as cost_usd
    from totalled
)

select * from final
