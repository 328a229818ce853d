{%- set barrier_columns = barriers().values() | list + ['is_immigrant_or_refugee', 'is_opportunity_youth', 'has_digital_literacy_gap'] -%}
{%- set grantee_only = ['is_immigrant_or_refugee', 'is_opportunity_youth', 'has_digital_literacy_gap'] -%}
{%- set school_knows = ['is_low_income', 'is_english_learner'] -%}
with

participation as (
    select
        participation_key as period_key,
        person_key,
        program_code,
        entry_date,
        exit_date,
        cast(null as boolean) as is_completed,
        cast(null as boolean) as is_placed,
        ajc_code as provider_id,
        wda_code,
        town_code,
        exit_reason_code,
        employment_status_entry_code,
        education_level_code,
        {% for column in barrier_columns -%}
        {{ 'cast(null as boolean) as ' if column in grantee_only }}{{ column }},
        {% endfor -%}
        case when program_code = 'ADULT_ED' then 'adult_ed' else 'cthires_participant' end as source_name
    from {{ ref('fct_participation') }}
    where is_participant
),

{% set nobody_said -%}
        cast(null as varchar) as exit_reason_code,
        cast(null as varchar) as employment_status_entry_code,
        cast(null as varchar) as education_level_code,
        {% for column in barrier_columns -%}
        cast(null as boolean) as {{ column }},
        {% endfor -%}
{%- endset -%}

-- An apprentice is employed from the first day; what is measured starts when the agreement ends (e42).
apprenticeship as (
    select
        {{ apprenticeship_key('person_key', 'agreement_no') }} as period_key,
        person_key,
        'APPRENTICESHIP' as program_code,
        start_date as entry_date,
        end_date as exit_date,
        case when end_date is not null or is_cancelled then completed_date is not null end as is_completed,
        cast(null as boolean) as is_placed,
        sponsor_id as provider_id,
        cast(null as varchar) as wda_code,
        cast(null as varchar) as town_code,
        {{ nobody_said }}
        'apprenticeship' as source_name
    from {{ ref('fct_apprenticeship') }}
),

-- A student's school year; sessions without dates run from September to June.
dual_credit as (
    select
        {{ dual_credit_period_key('person_key', 'school_year') }} as period_key,
        person_key,
        'DUAL_CREDIT' as program_code,
        coalesce(min(session_start_date), cast(cast(school_year as varchar) || '-09-01' as date)) as entry_date,
        coalesce(max(session_end_date), cast(cast(school_year + 1 as varchar) || '-06-30' as date)) as exit_date,
        max(case when is_completed then 1 else 0 end) = 1 as is_completed,
        cast(null as boolean) as is_placed,
        min(district_code) as provider_id,
        cast(null as varchar) as wda_code,
        cast(null as varchar) as town_code,
        cast(null as varchar) as exit_reason_code,
        cast(null as varchar) as employment_status_entry_code,
        cast(null as varchar) as education_level_code,
        {% for column in barrier_columns -%}
        {{ 'max(case when ' ~ column ~ ' then 1 when not ' ~ column ~ ' then 0 end) = 1' if column in school_knows
            else 'cast(null as boolean)' }} as {{ column }},
        {% endfor -%}
        'dual_credit' as source_name
    from {{ ref('fct_dual_credit_course') }}
    group by person_key, school_year
),

enrolment as (
    select
        {{ participation_key('person_key', 'program_code', 'entry_date') }} as period_key,
        person_key,
        program_code,
        entry_date,
        exit_date,
        is_completed,
        is_placed,
        provider_id,
        cast(null as varchar) as wda_code,
        town_code,
        cast(null as varchar) as exit_reason_code,
        employment_status_entry_code,
        education_level_code,
        {{ barrier_columns | join(',\n        ') }},
        source_name
    from {{ ref('int_program_enrolment_collected') }}
),

period as (
    select * from participation
    union all
    select * from apprenticeship
    union all
    select * from dual_credit
    union all
    select * from enrolment
),

build as (
    select * from {{ ref('dim_build') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

town as (
    select * from {{ ref('dim_town') }}
),

earner as (
    select distinct person_key from {{ ref('fct_person_quarter') }}
),

final as (
    select
        period.period_key,
        period.person_key,
        period.program_code,
        period.entry_date,
        case when period.exit_date <= build.as_of_date then period.exit_date end as exit_date,
        {{ quarter_index('period.entry_date') }} as entry_quarter_index,
        case when period.exit_date <= build.as_of_date then {{ quarter_index('period.exit_date') }} end as exit_quarter_index,
        {{ program_year('period.entry_date') }} as entry_program_year,
        case when period.exit_date <= build.as_of_date then {{ program_year('period.exit_date') }} end as exit_program_year,
        period.is_completed,
        period.is_placed,
        coalesce(person.has_valid_ssn, false) or earner.person_key is not null as is_wage_matched,
        period.provider_id,
        coalesce(period.wda_code, town.wda_code, person.wda_code) as wda_code,
        coalesce(period.town_code, person.town_code) as town_code,
        period.exit_reason_code,
        period.employment_status_entry_code,
        period.education_level_code,
        {% for column in barrier_columns -%}
        period.{{ column }},
        {% endfor -%}
        period.source_name
    from period
    cross join build
    inner join person
        on period.person_key = person.person_key
    left join town
        on period.town_code = town.town_code
    left join earner
        on period.person_key = earner.person_key
    where period.entry_date <= build.as_of_date
)

select * from final
