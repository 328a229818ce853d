-- One row per person, college and term. The college's own report wins over the Clearinghouse's, which alone sees other
-- states' colleges. Several sessions of a term are one enrolment: the first in which the person is enrolled.
with

college_term as (
    select * from {{ ref('stg_postsecondary_term') }} where person_key is not null and is_last_word_on_term
),

clearinghouse as (
    select * from {{ ref('stg_nsc_studenttracker') }} where person_key is not null and record_kind_code = 'ENROLLMENT'
),

class_level as (
    select * from {{ ref('ref_class_level') }}
),

college as (
    select * from {{ ref('ref_college') }}
),

reporting_college as (
    {{ reporting_college() }}
),

student_type as (
    select * from {{ ref('ref_student_type') }}
),

collected as (
    select
        term.person_key,
        term.ihe_unitid as institution_code,
        term.term_code,
        coalesce(college.college_level, '4') as college_level_code,
        coalesce(term.enrollment_begin_date, {{ college_term_begin('term.term_code') }}) as begin_date,
        coalesce(term.enrollment_end_date, {{ college_term_end('term.term_code') }}) as end_date,
        term.enrollment_status_code,
        term.is_enrolled,
        term.student_level_code = 'UG' as is_undergraduate,
        term.is_high_school_dual,
        coalesce(student_type.is_prior_student, false) as is_prior_student,
        term.credits_attempted,
        term.credits_earned,
        term.cip_code,
        term.degree_sought_code,
        'postsecondary_term' as source_name,
        1 as source_order,
        term._extract_ts,
        term._batch_id,
        term._row_no
    from college_term as term
    left join college
        on term.ihe_unitid = college.code
    left join student_type
        on term.student_type_code = student_type.code
    union all
    select
        clearinghouse.person_key,
        coalesce(reporting_college.institution_code, clearinghouse.opeid6) as institution_code,
        {{ college_term_code('clearinghouse.enrollment_begin_date') }} as term_code,
        coalesce(clearinghouse.college_level_code, reporting_college.college_level_code, '4') as college_level_code,
        clearinghouse.enrollment_begin_date as begin_date,
        coalesce(clearinghouse.enrollment_end_date, clearinghouse.enrollment_begin_date) as end_date,
        clearinghouse.enrollment_status_code,
        clearinghouse.is_enrolled,
        coalesce(class_level.is_undergraduate, true) as is_undergraduate,
        false as is_high_school_dual,
        false as is_prior_student,
        cast(null as decimal(14, 2)) as credits_attempted,
        cast(null as decimal(14, 2)) as credits_earned,
        clearinghouse.cip_code,
        cast(null as varchar) as degree_sought_code,
        'nsc_studenttracker' as source_name,
        2 as source_order,
        clearinghouse._extract_ts,
        clearinghouse._batch_id,
        clearinghouse._row_no
    from clearinghouse
    left join reporting_college
        on clearinghouse.opeid6 = reporting_college.opeid6
    left join class_level
        on clearinghouse.class_level_code = class_level.code
),

final as (
    select
        *,
        count(*) over (partition by person_key, institution_code, term_code) as report_count,
        row_number() over (
            partition by person_key, institution_code, term_code
            order by
                source_order, case when is_enrolled then 0 else 1 end, begin_date, _extract_ts desc, _batch_id desc,
                _row_no desc
        ) as recency
    from collected
)

select * from final where recency = 1
