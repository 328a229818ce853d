-- One row per record of the programmes that are measured from the grantee's, partnership's, company's, lender's, college's
-- or payer's own record. A count is nobody and stays out (e44); a training of an incumbent ends with the training (e41).
{%- set barrier_columns = barriers().values() | list + ['is_immigrant_or_refugee', 'is_opportunity_youth', 'has_digital_literacy_gap'] %}
with

build as (
    select * from {{ ref('stg_build') }}
),

training_status as (
    select * from {{ ref('ref_training_status') }}
),

scholarship as (
    select * from {{ ref('stg_scholarship_award') }} where is_given and person_key is not null
),

scholarship_program as (
    select * from {{ ref('ref_scholarship_program') }}
),

college_term as (
    select * from {{ ref('ref_college_term') }}
),

rent_payment as (
    select * from {{ ref('stg_support_payment') }} where support_type_code = 'RENT'
),

person_number as (
    select * from {{ ref('int_person_number_collected') }}
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

-- A company reports the days of a training and no word on who completed it: its end is the exit and nothing more.
incumbent as (
    select
        person_key,
        'MIF_IWT' as program_code,
        training_start_date as entry_date,
        training_end_date as exit_date,
        cast(null as boolean) as is_completed,
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

-- A term code is the year its school year ends in and two digits; which days that means is data (ref_college_term).
award as (
    select
        scholarship.person_key,
        scholarship_program.program_code,
        cast(
            cast(cast(substring(scholarship.term_code, 1, 4) as integer) - college_term.begins_years_before as varchar)
            || '-' || college_term.begins_month_day as date
        ) as term_start_date,
        cast(
            cast(cast(substring(scholarship.term_code, 1, 4) as integer) - college_term.ends_years_before as varchar)
            || '-' || college_term.ends_month_day as date
        ) as term_end_date,
        scholarship.ihe_unitid,
        scholarship.is_low_income
    from scholarship
    inner join scholarship_program
        on scholarship.scholarship_program_code = scholarship_program.code
    inner join college_term
        on substring(scholarship.term_code, 5, 2) = college_term.code
),

-- One stay per student: from the first term a scholarship was given for to the last.
student as (
    select
        person_key,
        program_code,
        min(term_start_date) as entry_date,
        max(term_end_date) as exit_date,
        cast(null as boolean) as is_completed,
        cast(null as date) as placement_date,
        cast(null as boolean) as is_placed,
        min(ihe_unitid) as provider_id,
        cast(null as varchar) as town_code,
        cast(null as varchar) as employment_status_entry_code,
        cast(null as varchar) as education_level_code,
        {% for column in barrier_columns -%}
        {{ 'max(case when is_low_income then 1 when not is_low_income then 0 end) = 1 as is_low_income' if column == 'is_low_income'
            else 'cast(null as boolean) as ' ~ column }},
        {% endfor -%}
        'scholarship_award' as source_name
    from award
    group by person_key, program_code
),

-- A stay in rental assistance is the time rent was paid for, of people known by the number the payment came with.
tenant as (
    select
        person_number.person_key,
        'UNITECT_RENT' as program_code,
        min(coalesce(rent_payment.support_from_date, rent_payment.paid_date)) as entry_date,
        max(coalesce(rent_payment.support_to_date, rent_payment.paid_date)) as exit_date,
        cast(null as boolean) as is_completed,
        cast(null as date) as placement_date,
        cast(null as boolean) as is_placed,
        min(rent_payment.source_system_code) as provider_id,
        cast(null as varchar) as town_code,
        cast(null as varchar) as employment_status_entry_code,
        cast(null as varchar) as education_level_code,
        {{ nobody_said }}
        'support_payment' as source_name
    from rent_payment
    inner join person_number
        on rent_payment.source_system_code = person_number.source_system_code
        and rent_payment.person_source_id = person_number.person_source_id
    group by person_number.person_key
),

collected as (
    select * from grantee
    union all
    select * from incumbent
    union all
    select * from borrower
    union all
    select * from student
    union all
    select * from tenant
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
        case when collected.is_completed is not null
            then collected.is_completed and collected.exit_date <= build.as_of_date
        end as is_completed,
        case when collected.is_placed is not null
            then collected.is_placed and collected.placement_date <= build.as_of_date
        end as is_placed,
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
