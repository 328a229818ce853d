with

course as (
    select * from {{ ref('int_dual_credit_deduplicated') }}
),

final as (
    select
        person_key,
        ihe_code,
        course_id,
        section_code,
        term_code,
        cast(school_year as integer) as school_year,
        district_code,
        school_code,
        sced_code,
        subject_name,
        course_title,
        modality_code,
        session_start_date,
        session_end_date,
        cast(known_hs_credit as decimal(14, 2)) as hs_credit,
        cast(college_credit_attempted as decimal(14, 2)) as college_credit_attempted,
        cast(college_credit_earned as decimal(14, 2)) as college_credit_earned,
        grade_code,
        is_c_or_better and college_credit_earned > 0 as is_completed,
        reporter_code,
        known_is_low_income as is_low_income,
        known_is_english_learner as is_english_learner,
        cast(report_count as integer) as report_count
    from course
)

select * from final
