{{ config(materialized="view") }}

-- Money spent, with the days its period runs from and to. PY2023 begins on 1 July 2023, FY2023 ends on 30 June 2023.
with

spent as (
    select * from {{ ref('stg_program_cost') }} where is_spent
),

started as (
    select
        spent.*,
        cast(case
            when substring(cost_period, 1, 2) = 'PY' then substring(cost_period, 3, 4) || '-07-01'
            when substring(cost_period, 1, 2) = 'FY'
                then cast(cast(substring(cost_period, 3, 4) as integer) - 1 as varchar) || '-07-01'
            when substring(cost_period, 5, 1) = 'Q' then substring(cost_period, 1, 4) || case substring(cost_period, 6, 1)
                when '1' then '-01-01' when '2' then '-04-01' when '3' then '-07-01' else '-10-01'
            end
            when substring(cost_period, 5, 1) = 'M'
                then substring(cost_period, 1, 4) || '-' || substring(cost_period, 6, 2) || '-01'
            else cost_period || '-01-01'
        end as date) as cost_from_date,
        case substring(cost_period, 5, 1) when 'Q' then 3 when 'M' then 1 else 12 end as month_count
    from spent
),

final as (
    select
        program_code,
        provider_id,
        funding_code,
        funding_family_code,
        cost_period,
        cost_from_date,
        {{ add_days(dbt.dateadd('month', 'month_count', 'cost_from_date'), -1) }} as cost_to_date,
        cost_basis_code,
        cost_class_code,
        cost_amount_usd
    from started
)

select * from final
