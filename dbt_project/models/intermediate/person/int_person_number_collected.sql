{{ config(materialized="view") }}

-- One row per number a system gave a person: whose payments, sent with the number only, belong to whom. A number that the
-- links of the day give to two people is nobody's.
with

numbered as (
    {% for system, (model, number) in {
        'CTHIRES': ('stg_cthires_participant', 'participant_id'),
        'CAREERCONNECT': ('stg_career_connect', 'career_connect_id'),
        'GJC': ('stg_gjc_participant', 'gjc_participant_id'),
        'PORTAL': ('stg_portal_registration', 'registration_id'),
        'LACES': ('stg_adult_ed', 'student_id'),
        'RA': ('stg_apprenticeship', 'apprentice_id'),
        'CAREERLOAN': ('stg_career_loan', 'borrower_id'),
    }.items() -%}
    select
        '{{ system }}' as source_system_code,
        {{ number }} as person_source_id,
        person_key
    from {{ ref(model) }}
    where person_key is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        source_system_code,
        person_source_id,
        min(person_key) as person_key
    from numbered
    group by source_system_code, person_source_id
    having count(distinct person_key) = 1
)

select * from final
