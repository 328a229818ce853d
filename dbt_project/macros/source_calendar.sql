{#- Derived from the contracts by `make derive`: change those, not this file. -#}
{% macro source_calendar() -%}
    select 'adult_ed' as source_name, 'year' as period_kind_code, 100 as due_days
    union all
    select 'adult_ed_assessment' as source_name, 'year' as period_kind_code, 100 as due_days
    union all
    select 'adult_ed_hours' as source_name, 'year' as period_kind_code, 100 as due_days
    union all
    select 'apprenticeship' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'career_connect' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'career_loan' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'career_loan_payment' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'cthires_event' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'cthires_participant' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'cthires_pirl' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'cthires_service' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'death_or_exclusion' as source_name, 'quarter' as period_kind_code, 60 as due_days
    union all
    select 'dual_credit' as source_name, 'school_year' as period_kind_code, 120 as due_days
    union all
    select 'employer_master' as source_name, 'year' as period_kind_code, 60 as due_days
    union all
    select 'etp_program' as source_name, 'year' as period_kind_code, 45 as due_days
    union all
    select 'external_stat' as source_name, 'year' as period_kind_code, 90 as due_days
    union all
    select 'followup_employment' as source_name, 'quarter' as period_kind_code, 60 as due_days
    union all
    select 'gjc_participant' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'grant_award' as source_name, 'year' as period_kind_code, 60 as due_days
    union all
    select 'job_posting_snapshot' as source_name, 'quarter' as period_kind_code, 30 as due_days
    union all
    select 'mif_iwt_training' as source_name, 'year' as period_kind_code, 90 as due_days
    union all
    select 'nsc_studenttracker' as source_name, 'school_year' as period_kind_code, 180 as due_days
    union all
    select 'portal_registration' as source_name, 'quarter' as period_kind_code, 30 as due_days
    union all
    select 'postsecondary_award' as source_name, 'school_year' as period_kind_code, 120 as due_days
    union all
    select 'postsecondary_term' as source_name, 'school_year' as period_kind_code, 75 as due_days
    union all
    select 'program_cost' as source_name, 'year' as period_kind_code, 120 as due_days
    union all
    select 'rsp_membership' as source_name, 'year' as period_kind_code, 60 as due_days
    union all
    select 'scholarship_award' as source_name, 'year' as period_kind_code, 60 as due_days
    union all
    select 'support_payment' as source_name, 'quarter' as period_kind_code, 45 as due_days
    union all
    select 'tta_cohort' as source_name, 'year' as period_kind_code, 90 as due_days
    union all
    select 'ui_wage' as source_name, 'quarter' as period_kind_code, 60 as due_days
    union all
    select 'ui_wage_person_quarter' as source_name, 'quarter' as period_kind_code, 150 as due_days
{%- endmacro %}
