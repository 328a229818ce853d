with

parameter as (
    select * from {{ ref('ref_roi_parameter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

in_force as (
    select
        parameter.*,
        row_number() over (
            partition by parameter.definition_version order by parameter.effective_date desc
        ) as recency
    from parameter
    cross join build
    where parameter.effective_date <= build.as_of_date
),

-- What one dollar of yearly gain, received for the whole horizon, is worth on the first day.
final as (
    select
        definition_version,
        cost_allocation_code,
        horizon_years,
        discount_rate,
        timing_code,
        cast(
            case when discount_rate = 0 then cast(horizon_years as double) else
                (1 - power(1 + cast(discount_rate as double), -horizon_years)) / cast(discount_rate as double)
                * case timing_code when 'START' then 1 + cast(discount_rate as double) else 1 end
            end as decimal(18, 12)
        ) as annuity_factor,
        tax_share,
        benefit_reduction_usd,
        net_window_code
    from in_force
    where recency = 1
)

select * from final
