with

visible as (
    {{ visible_rows('dual_credit', key=['sasid_token', 'ihe_code', 'course_id', 'section', 'term', 'reporter']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

grade as (
    select * from {{ ref('ref_grade') }}
),

reporter as (
    select * from {{ ref('ref_reporter') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.birth_date,
        visible.sex as sex_code,
        {% for code in ['AIAN', 'ASIAN', 'BLACK', 'NHPI', 'WHITE'] -%}
        case when visible.race = '{{ code }}' then true end as is_{{ code | lower }},
        {% endfor -%}
        case when visible.race = 'TWO_OR_MORE' then true end as is_multi_race,
        {{ yes_no('visible.swd') }} as has_disability,
        -- Free or reduced-price lunch is low income by WIOA section 3(36)(A)(iv).
        {{ yes_no('visible.frl') }} as is_low_income,
        {{ yes_no('visible.el') }} as is_english_learner,
        visible.school_year,
        visible.district_code,
        visible.school_code,
        visible.ihe_code,
        visible.course_id,
        visible.section as section_code,
        -- A school may write its own word for the term; then its school year and first day say which one it is.
        case
            when length(visible.term) = 6 and translate(visible.term, '0123456789', '') = '' then visible.term
            when visible.session_start is not null then {{ college_term_code('visible.session_start') }}
            else visible.term
        end as term_code,
        visible.sced_code,
        visible.subject as subject_name,
        visible.course_title,
        visible.modality as modality_code,
        visible.session_start as session_start_date,
        visible.session_end as session_end_date,
        visible.hs_credit,
        visible.college_credit_attempted,
        visible.college_credit_earned,
        visible.grade as grade_code,
        coalesce(grade.is_c_or_better, false) as is_c_or_better,
        visible.reporter as reporter_code,
        coalesce(reporter.wins_order, 9) as reporter_order
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join grade
        on visible.grade = grade.code
    left join reporter
        on visible.reporter = reporter.code
)

select * from final
