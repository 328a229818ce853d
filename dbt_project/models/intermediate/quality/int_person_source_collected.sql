-- One row per person and source that knows the person by identifiers of its own, with the number of records in use.
{%- set sources = [
    'stg_adult_ed',
    'stg_apprenticeship',
    'stg_career_connect',
    'stg_career_loan',
    'stg_cthires_participant',
    'stg_cthires_pirl',
    'stg_death_or_exclusion',
    'stg_dual_credit',
    'stg_gjc_participant',
    'stg_mif_iwt_training',
    'stg_nsc_studenttracker',
    'stg_portal_registration',
    'stg_postsecondary_award',
    'stg_postsecondary_term',
    'stg_scholarship_award',
    'stg_ui_wage',
    'stg_ui_wage_person_quarter',
] %}
with

collected as (
    {% for name in sources -%}
    select
        person_key,
        '{{ name[4:] }}' as source_name,
        count(*) as record_count
    from {{ ref(name) }}
    where person_key is not null
    group by person_key
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from collected
)

select * from final
