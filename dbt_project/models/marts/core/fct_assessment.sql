with

assessment as (
    select * from {{ ref('int_assessment_identified') }}
),

final as (
    select
        person_key,
        test_form_code,
        test_date,
        {{ program_year('test_date') }} as program_year,
        assessment_test_code,
        test_series_code,
        test_modality_code,
        pre_post_code,
        is_post_test,
        is_valid_test,
        cast(scale_score as integer) as scale_score,
        efl_code,
        efl_effective_date,
        provider_id
    from assessment
)

select * from final
