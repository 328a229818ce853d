-- Course enrolments and credits are the same whatever they are broken down by, and as many as there are; students of a
-- cell are never more than its enrolments; a numerator never exceeds its denominator.
with

report as (
    select * from {{ ref('rpt_dual_credit') }}
),

by_level as (
    select
        school_year,
        level_code,
        sum(numerator_count) as completed_count,
        sum(denominator_count) as enrolment_count,
        sum(credits_earned) as credits_earned
    from report
    where metric_code = 'DC_COURSE'
    group by school_year, level_code
),

-- A course that begins after the as-of day is nobody's stay yet.
course as (
    select
        course.school_year,
        sum(case when course.is_completed then 1 else 0 end) as completed_count,
        count(*) as enrolment_count,
        sum(course.college_credit_earned) as credits_earned
    from {{ ref('fct_dual_credit_course') }} as course
    inner join {{ ref('fct_program_period') }} as period
        on {{ dual_credit_period_key('course.person_key', 'course.school_year') }} = period.period_key
    group by course.school_year
)

select
    by_level.school_year,
    by_level.level_code,
    'a level does not add up to the enrolments' as finding
from by_level
inner join course
    on by_level.school_year = course.school_year
where by_level.completed_count <> course.completed_count
    or by_level.enrolment_count <> course.enrolment_count
    or by_level.credits_earned <> course.credits_earned
union all
select
    student.school_year,
    student.level_code,
    'more students than enrolments' as finding
from report as student
inner join report as enrolment
    on student.school_year = enrolment.school_year
    and student.level_code = enrolment.level_code
    and student.ihe_code = enrolment.ihe_code
    and student.subject_name = enrolment.subject_name
    and student.district_code = enrolment.district_code
    and student.school_code = enrolment.school_code
    and student.course_id = enrolment.course_id
    and student.modality_code = enrolment.modality_code
    and enrolment.metric_code = 'DC_COURSE'
where student.denominator_count > enrolment.denominator_count
union all
select
    school_year,
    level_code,
    'a numerator exceeds its denominator' as finding
from report
where numerator_count > denominator_count
