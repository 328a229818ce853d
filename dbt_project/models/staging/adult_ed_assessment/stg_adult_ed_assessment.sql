with

visible as (
    {{ visible_rows('adult_ed_assessment', key=['student_id', 'test_form', 'test_date']) }}
),

-- Score ranges of the levels change by series and year: a range holds until the next one of its level begins.
test_efl as (
    select
        test_series,
        efl_code,
        score_from,
        score_to,
        effective_date,
        lead(effective_date) over (partition by test_series, efl_code order by effective_date) as next_effective_date
    from {{ ref('ref_test_efl') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.student_id,
        visible.assessment_test as assessment_test_code,
        visible.test_series as test_series_code,
        visible.test_form as test_form_code,
        visible.test_modality as test_modality_code,
        visible.test_date,
        visible.scale_score,
        visible.pre_post as pre_post_code,
        visible.pre_post = 'POST' as is_post_test,
        {{ yes_no('visible.valid_flag') }} as is_valid_test,
        test_efl.efl_code,
        test_efl.effective_date as efl_effective_date,
        visible.provider_id
    from visible
    left join test_efl
        on visible.test_series = test_efl.test_series
        and visible.scale_score >= test_efl.score_from
        and visible.scale_score <= test_efl.score_to
        and visible.test_date >= test_efl.effective_date
        and (test_efl.next_effective_date is null or visible.test_date < test_efl.next_effective_date)
)

select * from final
