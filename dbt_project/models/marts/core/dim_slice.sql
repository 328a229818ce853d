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
        is_partition,
        is_in_wioa_report,
        is_in_rolling_report
    from slice
)

select * from final
