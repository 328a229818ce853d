with

reason as (
    select * from {{ ref('ref_outcome_reason') }}
),

final as (
    select
        code as reason_code,
        label as reason_label
    from reason
)

select * from final
