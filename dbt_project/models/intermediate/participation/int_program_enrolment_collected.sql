-- One row per record of the programmes that are measured from the grantee's, partnership's, company's or lender's own
-- record of an enrolment. A count is nobody and stays out (e44); a training of an incumbent ends with the training (e41).
{%- set barrier_columns = barriers().values() | list + ['is_immigrant_or_refugee', 'is_opportunity_youth', 'has_digital_literacy_gap'] %}
with

build as (
    select * from {{ ref('stg_build') }}
),

training_status as (
    select * from {{ ref('ref_training_status') }}
),

grantee as (
    {% for model, provider in {'stg_career_connect': 'grant_id', 'stg_gjc_participant': 'rsp_id'}.items() -%}
    select
        enrolled.person_key,
        enrolled.program_code,
        coalesce(enrolled.training_start_date, enrolled.enrol_date) as entry_date,
        case when not training_status.is_open then coalesce(enrolled.training_end_date, enrolled.placement_date) end as exit_date,
        training_status.is_completed,
        enrolled.placement_date,
        enrolled.placement_date is not null as is_placed,
        enrolled.{{ provider }} as provider_id,
        enrolled.town_code,
        enrolled.employment_status_entry_code,
        enrolled.education_level_code,
        {% for column in barrier_columns -%}
        enrolled.{{ column }},
        {% endfor -%}
        '{{ model[4:] }}' as source_name
    from {{ ref(model) }} as enrolled
    left join training_status
        on enrolled.training_status_code = training_status.code
    where enrolled.person_key is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{%- set nobody_said %}
        {% for column in barrier_columns -%}
        cast(null as boolean) as {{ column }},
        {% endfor -%}
{%- endset %}

incumbent as (
    select
        person_key,
        'MIF_IWT' as program_code,
        training_start_date as entry_date,
        training_end_date as exit_date,
        training_end_date is not null as is_completed,
        cast(null as date) as placement_date,
        cast(null as boolean) as is_placed,
        training_contract_id as provider_id,
        cast(null as varchar) as town_code,
        cast(null as varchar) as employment_status_entry_code,
        cast(null as varchar) as education_level_code,
        {{ nobody_said }}
        'mif_iwt_training' as source_name
    from {{ ref('stg_mif_iwt_training') }}
    where person_key is not null and not is_headcount
),

borrower as (
    select
        person_key,
        'CAREER_LOAN' as program_code,
        loan_start_date as entry_date,
        training_end_date as exit_date,
        cast(null as boolean) as is_completed,
        cast(null as date) as placement_date,
        cast(null as boolean) as is_placed,
        provider_id,
        town_code,
        cast(null as varchar) as employment_status_entry_code,
        cast(null as varchar) as education_level_code,
        {{ nobody_said }}
        'career_loan' as source_name
    from {{ ref('stg_career_loan') }}
    where person_key is not null and loan_status_code <> 'CANCELLED'
),

collected as (
    select * from grantee
    union all
    select * from incumbent
    union all
    select * from borrower
),

-- What has not happened by the as-of day is not known yet (e14).
known as (
    select
        collected.person_key,
        collected.program_code,
        collected.entry_date,
        case when collected.exit_date <= build.as_of_date and collected.exit_date >= collected.entry_date
            then collected.exit_date
        end as exit_date,
        collected.is_completed and collected.exit_date <= build.as_of_date as is_completed,
        collected.is_placed and collected.placement_date <= build.as_of_date as is_placed,
        collected.provider_id,
        collected.town_code,
        collected.employment_status_entry_code,
        collected.education_level_code,
        {% for column in barrier_columns -%}
        collected.{{ column }},
        {% endfor -%}
        collected.source_name
    from collected
    cross join build
    where collected.entry_date <= build.as_of_date
),

-- Two records of one person that start on one day in one programme are one stay: over when the last of them is over.
final as (
    select
        person_key,
        program_code,
        entry_date,
        case when count(exit_date) = count(*) then max(exit_date) end as exit_date,
        max(case when is_completed then 1 when not is_completed then 0 end) = 1 as is_completed,
        max(case when is_placed then 1 when not is_placed then 0 end) = 1 as is_placed,
        min(provider_id) as provider_id,
        min(town_code) as town_code,
        min(employment_status_entry_code) as employment_status_entry_code,
        min(education_level_code) as education_level_code,
        {% for column in barrier_columns -%}
        max(case when {{ column }} then 1 when not {{ column }} then 0 end) = 1 as {{ column }},
        {% endfor -%}
        min(source_name) as source_name
    from known
    group by person_key, program_code, entry_date
)

select * from final
