with

cohort_window as (
    select * from {{ ref('ref_cohort_window') }}
),

final as (
    select
        report_type,
        report_quarter,
        indicator_code,
        cast(program_year as integer) as program_year,
        cohort_basis as cohort_basis_code,
        window_from_date,
        window_to_date,
        {{ quarter_index('window_to_date') }} as window_quarter_index
    from cohort_window
)

select * from final
