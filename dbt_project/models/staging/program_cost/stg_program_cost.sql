with

visible as (
    {{
        visible_rows(
            'program_cost',
            key=['program_code', 'provider_id', 'funding_code', 'cost_period', 'cost_basis', 'cost_class'],
        )
    }}
),

cost_basis as (
    select * from {{ ref('ref_cost_basis') }}
),

funding_stream as (
    select * from {{ ref('ref_funding_stream') }}
),

final as (
    select
        visible._extract_ts,
        visible.program_code,
        visible.provider_id,
        visible.funding_code,
        funding_stream.funding_family as funding_family_code,
        visible.cost_period,
        visible.cost_basis as cost_basis_code,
        coalesce(cost_basis.is_spent, false) as is_spent,
        visible.cost_class as cost_class_code,
        visible.cost_amount_usd
    from visible
    left join cost_basis
        on visible.cost_basis = cost_basis.code
    left join funding_stream
        on visible.funding_code = funding_stream.code
)

select * from final
