with

hours as (
    select * from {{ ref('int_instruction_hours_counted') }}
),

final as (
    select
        person_key,
        provider_id,
        class_id,
        month_start_date,
        {{ program_year('month_start_date') }} as program_year,
        class_type_code,
        adult_ed_program_type_code,
        cast(instruction_hours as decimal(14, 2)) as instruction_hours,
        cast(distance_hours as decimal(14, 2)) as distance_hours
    from hours
)

select * from final
