-- What a programme spent in a period in which somebody was in it is shared out to the cent, by every version of the shares.
with

spent as (
    select
        program_code,
        cost_period,
        sum(cost_amount_usd) as spent_usd
    from {{ ref('fct_program_cost') }}
    group by program_code, cost_period
),

carried as (
    select
        period.program_code,
        period_cost.cost_period,
        period_cost.definition_version,
        sum(period_cost.cost_usd) as carried_usd
    from {{ ref('fct_period_cost') }} as period_cost
    inner join {{ ref('fct_program_period') }} as period
        on period_cost.period_key = period.period_key
    group by period.program_code, period_cost.cost_period, period_cost.definition_version
)

select carried.*, spent.spent_usd
from carried
inner join spent
    on carried.program_code = spent.program_code
    and carried.cost_period = spent.cost_period
where carried.carried_usd <> spent.spent_usd
