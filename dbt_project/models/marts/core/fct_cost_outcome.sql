-- What each stay cost in each programme year it was served in. Apart from fct_program_outcome: what comes from a source of
-- totals stays out of every fact about persons (e44).
with

served as (
    select * from {{ ref('fct_program_outcome') }} where metric_code = 'PROGRAM_SERVED'
),

parameter as (
    select * from {{ ref('dim_roi_parameter') }}
),

cost_of_year as (
    select
        period_key,
        definition_version,
        program_year,
        sum(cost_usd) as cost_usd
    from {{ ref('fct_period_cost') }}
    group by period_key, definition_version, program_year
),

final as (
    select
        served.period_key,
        'PROGRAM_COST' as metric_code,
        parameter.definition_version,
        served.program_year,
        cost_of_year.cost_usd is not null as is_in_denominator,
        coalesce(cost_of_year.cost_usd > 0, false) as is_in_numerator,
        cast(cost_of_year.cost_usd as decimal(14, 2)) as metric_amount,
        false as is_pending,
        false as is_unmatched,
        case when cost_of_year.cost_usd is null then 'COST_UNKNOWN' end as exclusion_code
    from served
    cross join parameter
    left join cost_of_year
        on served.period_key = cost_of_year.period_key
        and served.program_year = cost_of_year.program_year
        and parameter.definition_version = cost_of_year.definition_version
)

select * from final
