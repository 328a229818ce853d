with

visible as (
    {{ visible_rows('adult_ed_hours', key=['student_id', 'class_id', 'hours_month']) }}
),

class_type as (
    select * from {{ ref('ref_class_type') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.student_id,
        visible.class_id,
        visible.class_type as class_type_code,
        class_type.program_type as adult_ed_program_type_code,
        cast(visible.hours_month || '-01' as date) as month_start_date,
        visible.instruction_hours,
        visible.distance_hours,
        visible.provider_id
    from visible
    left join class_type
        on visible.class_type = class_type.code
)

select * from final
