with

slice as (
    select * from {{ ref('ref_slice') }}
),

final as (
    select
        code as slice_code,
        label as slice_label,
        attribute_code,
        and_attribute_code,
        reference_value,
        -- The whole is a slice of its own.
        case when reference_value = 'ALL' then 'ALL' when reference_value is not null then code end as reference_slice_code,
        is_partition,
        is_in_wioa_report,
        is_in_rolling_report
    from slice
)

select * from final
