with

cost as (
    select * from {{ ref('int_program_cost_dated') }}
),

final as (
    select
        program_code,
        provider_id,
        funding_code,
        funding_family_code,
        cost_period,
        cost_basis_code,
        cost_class_code,
        cost_from_date,
        cost_to_date,
        {{ program_year('cost_from_date') }} as program_year,
        cost_amount_usd
    from cost
)

select * from final
