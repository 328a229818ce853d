with

term as (
    select * from {{ ref('int_ps_term_collected') }}
),

-- Who takes dual credit in a term is at high school then, whatever a college or the Clearinghouse calls the term (e28).
dual_credit_term as (
    select distinct person_key, term_code from {{ ref('fct_dual_credit_course') }}
),

college as (
    select * from {{ ref('ref_college') }}
),

cip_change as (
    select * from {{ ref('ref_cip_change') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

placed as (
    select
        term.*,
        term.is_high_school_dual or dual_credit_term.person_key is not null as is_high_school_term,
        term.is_enrolled
            and term.is_undergraduate
            and not (term.is_high_school_dual or dual_credit_term.person_key is not null) as is_college_term
    from term
    cross join build
    left join dual_credit_term
        on term.person_key = dual_credit_term.person_key
        and term.term_code = dual_credit_term.term_code
    where term.begin_date <= build.as_of_date
),

ordered as (
    select
        *,
        row_number() over (
            partition by person_key, is_college_term
            order by begin_date, term_code, case when is_prior_student then 0 else 1 end, institution_code
        ) as term_order
    from placed
),

final as (
    select
        ordered.person_key,
        ordered.institution_code,
        coalesce(college.merged_into_code, ordered.institution_code) as current_institution_code,
        ordered.term_code,
        cast(substring(ordered.term_code, 1, 4) as integer) - 1 as school_year,
        ordered.begin_date,
        ordered.end_date,
        ordered.college_level_code,
        ordered.enrollment_status_code,
        ordered.is_enrolled,
        ordered.is_high_school_term,
        ordered.is_college_term,
        ordered.is_college_term and ordered.term_order = 1 and not ordered.is_prior_student as is_first_entry,
        cast(ordered.credits_attempted as decimal(14, 2)) as credits_attempted,
        cast(ordered.credits_earned as decimal(14, 2)) as credits_earned,
        ordered.cip_code,
        coalesce(cip_change.cip_code, ordered.cip_code) as cip_2020_code,
        ordered.degree_sought_code,
        ordered.source_name,
        cast(ordered.report_count as integer) as report_count
    from ordered
    left join college
        on ordered.institution_code = college.code
    left join cip_change
        on ordered.cip_code = cip_change.cip_code_2010
)

select * from final
