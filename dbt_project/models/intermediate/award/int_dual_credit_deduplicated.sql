-- One row per student, college, course, section and term. Where high school and college both report an enrolment the
-- college's grade and credit win (e29); what only the high school knows is kept.
with

dual_credit as (
    select * from {{ ref('stg_dual_credit') }} where person_key is not null
),

final as (
    select
        *,
        count(*) over (partition by person_key, ihe_code, course_id, section_code, term_code) as report_count,
        max(hs_credit) over (partition by person_key, ihe_code, course_id, section_code, term_code) as known_hs_credit,
        {% for column in ['is_low_income', 'is_english_learner'] -%}
        max(case when {{ column }} then 1 when not {{ column }} then 0 end) over (
            partition by person_key, ihe_code, course_id, section_code, term_code
        ) = 1 as known_{{ column }},
        {% endfor -%}
        row_number() over (
            partition by person_key, ihe_code, course_id, section_code, term_code
            order by reporter_order, _extract_ts desc, _batch_id desc, _row_no desc
        ) as recency
    from dual_credit
)

select * from final where recency = 1
