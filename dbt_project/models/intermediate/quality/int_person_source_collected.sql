-- One row per person and source that knows the person by identifiers of its own, with the number of records in use.
{%- set sources = [
    'adult_ed',
    'apprenticeship',
    'career_connect',
    'career_loan',
    'cthires_participant',
    'cthires_pirl',
    'death_or_exclusion',
    'dual_credit',
    'gjc_participant',
    'mif_iwt_training',
    'nsc_studenttracker',
    'portal_registration',
    'postsecondary_award',
    'postsecondary_term',
    'scholarship_award',
    'ui_wage',
    'ui_wage_person_quarter',
] %}
with

collected as (
    {% for name in sources -%}
    select
        person_key,
        '{{ name }}' as source_name,
        count(*) as record_count
    from {{ ref('stg_' ~ name) }}
    where person_key is not null
    group by person_key
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from collected
)

select * from final
