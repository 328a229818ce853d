-- Cells by number: one grouping of the text per level, everything else on integers.
create or replace temp table period as
select row_number() over () as period_no, period_key
from core.fct_program_period where program_code = 'DUAL_CREDIT';
create or replace temp table course as
select school_year,
    coalesce(ihe_code, 'Not stated') as ihe_code, coalesce(subject_name, 'Not stated') as subject_name,
    coalesce(district_code, 'Not stated') as district_code, coalesce(school_code, 'Not stated') as school_code,
    coalesce(course_id, 'Not stated') as course_id, coalesce(modality_code, 'Not stated') as modality_code,
    period_no, is_completed::int as is_completed, college_credit_earned
from core.fct_dual_credit_course
join period on person_key || '-DUAL_CREDIT-' || school_year = period_key;
create or replace temp table shown as
select hash(school_year, level_code, ihe_code, subject_name, district_code, school_code, course_id, modality_code) as cell_no, *
from (
    select school_year, level_code,
        case when is_by_college then ihe_code else 'ALL' end as ihe_code,
        case when is_by_subject then subject_name else 'ALL' end as subject_name,
        case when is_by_district then district_code else 'ALL' end as district_code,
        case when is_by_school then school_code else 'ALL' end as school_code,
        case when is_by_course then course_id else 'ALL' end as course_id,
        case when is_by_modality then modality_code else 'ALL' end as modality_code,
        period_no, is_completed, college_credit_earned
    from course cross join core.dim_dual_credit_level
);
create or replace temp table student as
select cell_no, period_no, count(*) as course_count, sum(is_completed)::bigint as completed_count, sum(college_credit_earned) as credits_earned
from shown group by cell_no, period_no;
create or replace temp table outcome as
select period_no, metric_code, is_in_numerator, is_in_denominator, metric_amount, is_pending, is_unmatched, exclusion_code
from core.fct_education_outcome join period using (period_key)
where metric_code <> 'DC_COMPLETED';
create or replace temp table summed as
select cell_no, 'DC_COURSE' as metric_code, sum(completed_count)::bigint as numerator_count, sum(course_count)::bigint as denominator_count,
    sum(credits_earned) as credits_earned, null::decimal(14, 2) as median_usd, 0 as pending_count, 0 as unmatched_count, 0 as excluded_count, 0 as excluded_exit_reason_count, 0 as excluded_later_school_year_count, 0 as excluded_college_before_count, 0 as excluded_not_in_college_count
from student group by cell_no
union all
select cell_no, 'DC_COMPLETED', count(*) filter (completed_count > 0), count(*), null, null, 0, 0, 0, 0, 0, 0, 0
from student group by cell_no
union all
select cell_no, metric_code, count(*) filter (is_in_numerator), count(*) filter (is_in_denominator), null, null,
    count(*) filter (is_pending), count(*) filter (is_unmatched), count(exclusion_code),
    count(*) filter (exclusion_code = 'EXIT_REASON'),
    count(*) filter (exclusion_code = 'LATER_SCHOOL_YEAR'),
    count(*) filter (exclusion_code = 'COLLEGE_BEFORE'),
    count(*) filter (exclusion_code = 'NOT_IN_COLLEGE')
from student join outcome using (period_no)
where metric_code <> 'COLLEGE_EARNINGS'
group by cell_no, metric_code
union all
select cell_no, metric_code, count(*) filter (is_in_numerator), count(*) filter (is_in_denominator), null,
    ((quantile_disc(metric_amount, 0.5) - quantile_disc(-metric_amount, 0.5))::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2),
    count(*) filter (is_pending), count(*) filter (is_unmatched), count(exclusion_code),
    count(*) filter (exclusion_code = 'EXIT_REASON'),
    count(*) filter (exclusion_code = 'LATER_SCHOOL_YEAR'),
    count(*) filter (exclusion_code = 'COLLEGE_BEFORE'),
    count(*) filter (exclusion_code = 'NOT_IN_COLLEGE')
from student join outcome using (period_no)
where metric_code = 'COLLEGE_EARNINGS'
group by cell_no, metric_code;
with cell as (
    select cell_no, any_value({'school_year': school_year, 'level_code': level_code, 'ihe_code': ihe_code, 'subject_name': subject_name, 'district_code': district_code, 'school_code': school_code, 'course_id': course_id, 'modality_code': modality_code}) as named
    from shown group by cell_no
),
described as (
    select cell_no, unnest(named), institution_label, district.district_label, school.school_label, course_title
    from cell
    left join core.dim_college on named.ihe_code = institution_code
    left join (from core.dim_school where is_district) as district on named.district_code = district.district_code
    left join core.dim_school as school on named.school_code = school.school_code
    left join (select ihe_code, course_id, min(course_title) as course_title from core.fct_dual_credit_course group by all) as course_name
        on named.ihe_code = course_name.ihe_code and named.course_id = course_name.course_id
)
select school_year, level_code, ihe_code, subject_name, district_code, school_code, course_id, modality_code, institution_label, district_label, school_label, course_title, summed.metric_code,
    numerator_count::bigint as numerator_count, denominator_count::bigint as denominator_count,
    (numerator_count::double / nullif(denominator_count, 0))::decimal(7, 6) as metric_share,
    credits_earned::decimal(14, 2) as credits_earned, median_usd,
    pending_count::bigint as pending_count, unmatched_count::bigint as unmatched_count, excluded_count::bigint as excluded_count,
    excluded_exit_reason_count::bigint as excluded_exit_reason_count,
    excluded_later_school_year_count::bigint as excluded_later_school_year_count,
    excluded_college_before_count::bigint as excluded_college_before_count,
    excluded_not_in_college_count::bigint as excluded_not_in_college_count,
    as_of_date, metric.definition_version, run_id
from summed join described using (cell_no)
join (from core.dim_metric where is_current) as metric on summed.metric_code = metric.metric_code
cross join core.dim_build
