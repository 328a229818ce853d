with

quarter as (
    select * from {{ ref('int_quarter_completed') }}
),

final as (
    select
        cast(quarter_index as integer) as quarter_index,
        {{ quarter_label('start_date') }} as quarter,
        cast(calendar_year as integer) as calendar_year,
        cast(quarter_number as integer) as quarter_number,
        start_date,
        end_date,
        {{ program_year('start_date') }} as program_year,
        cast(wage_row_count as bigint) as wage_row_count,
        wage_basis_code,
        is_wage_complete
    from quarter
)

select * from final
