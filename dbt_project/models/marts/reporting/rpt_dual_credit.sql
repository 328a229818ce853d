{%- set exclusions = ['EXIT_REASON', 'LATER_SCHOOL_YEAR', 'COLLEGE_BEFORE', 'NOT_IN_COLLEGE'] -%}
with

course as (
    select * from {{ ref('fct_dual_credit_course') }}
),

period as (
    select * from {{ ref('fct_program_period') }} where program_code = 'DUAL_CREDIT'
),

level as (
    select * from {{ ref('dim_dual_credit_level') }}
),

outcome as (
    select * from {{ ref('fct_education_outcome') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

college as (
    select * from {{ ref('dim_college') }}
),

school as (
    select * from {{ ref('dim_school') }}
),

district as (
    select * from school where is_district
),

course_name as (
    select ihe_code, course_id, min(course_title) as course_title from course group by ihe_code, course_id
),

-- A course enrolment in every level it is shown at; a level leaves out what it does not break down by.
shown as (
    select
        course.school_year,
        level.level_code,
        {% for dimension, column in {
            'college': 'ihe_code', 'subject': 'subject_name', 'district': 'district_code', 'school': 'school_code',
            'course': 'course_id', 'modality': 'modality_code',
        }.items() -%}
        case when level.is_by_{{ dimension }} then coalesce(course.{{ column }}, 'Not stated') else 'ALL' end as {{ column }},
        {% endfor -%}
        period.period_key,
        course.is_completed,
        course.college_credit_earned
    from course
    inner join period
        on {{ dual_credit_period_key('course.person_key', 'course.school_year') }} = period.period_key
    cross join level
),

{% set cell -%}
school_year, level_code, ihe_code, subject_name, district_code, school_code, course_id, modality_code
{%- endset %}
-- A student of a cell, once.
student as (
    select
        {{ cell }},
        period_key,
        count(*) as course_count,
        sum(case when is_completed then 1 else 0 end) as completed_count,
        sum(college_credit_earned) as credits_earned
    from shown
    group by {{ cell }}, period_key
),

counted as (
    select
        {{ cell }},
        'DC_COURSE' as metric_code,
        completed_count as numerator_count,
        course_count as denominator_count,
        credits_earned as metric_amount,
        0 as pending_count,
        0 as unmatched_count,
        cast(null as varchar) as exclusion_code
    from student
    union all
    select
        {{ cell }},
        'DC_COMPLETED' as metric_code,
        case when completed_count > 0 then 1 else 0 end as numerator_count,
        1 as denominator_count,
        cast(null as decimal(14, 2)) as metric_amount,
        0 as pending_count,
        0 as unmatched_count,
        cast(null as varchar) as exclusion_code
    from student
    union all
    select
        {% for column in cell.split(', ') %}student.{{ column }}, {% endfor %}
        outcome.metric_code,
        case when outcome.is_in_numerator then 1 else 0 end as numerator_count,
        case when outcome.is_in_denominator then 1 else 0 end as denominator_count,
        outcome.metric_amount,
        case when outcome.is_pending then 1 else 0 end as pending_count,
        case when outcome.is_unmatched then 1 else 0 end as unmatched_count,
        outcome.exclusion_code
    from student
    inner join outcome
        on student.period_key = outcome.period_key
    where outcome.metric_code <> 'DC_COMPLETED'
),

summed as (
    select
        {{ cell }},
        metric_code,
        sum(numerator_count) as numerator_count,
        sum(denominator_count) as denominator_count,
        sum(case when metric_code = 'DC_COURSE' then metric_amount end) as credits_earned,
        {{ median_usd("case when metric_code = 'COLLEGE_EARNINGS' then metric_amount end") }} as median_usd,
        sum(pending_count) as pending_count,
        sum(unmatched_count) as unmatched_count,
        count(exclusion_code) as excluded_count,
        {{ excluded_sums(exclusions) }}
    from counted
    group by {{ cell }}, metric_code
),

final as (
    select
        {% for column in cell.split(', ') %}summed.{{ column }}, {% endfor %}
        college.institution_label,
        district.district_label,
        school.school_label,
        course_name.course_title,
        summed.metric_code,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6)) as metric_share,
        cast(summed.credits_earned as decimal(14, 2)) as credits_earned,
        summed.median_usd,
        cast(summed.pending_count as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_count as bigint) as excluded_count,
        {{ excluded_counts(exclusions, 'summed') -}}
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from summed
    inner join metric
        on summed.metric_code = metric.metric_code
    cross join build
    left join college
        on summed.ihe_code = college.institution_code
    left join district
        on summed.district_code = district.district_code
    left join school
        on summed.school_code = school.school_code
    left join course_name
        on summed.ihe_code = course_name.ihe_code
        and summed.course_id = course_name.course_id
)

select * from final
