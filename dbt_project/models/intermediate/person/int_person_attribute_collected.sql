-- What each record of an agency says about a person, with an order that depends on the extracts alone.
{%- set columns = [
    'person_key', '_extract_ts', '_batch_id', '_row_no', 'birth_date', 'sex_code', 'town_code', 'is_town_from_zip',
    'is_hispanic', 'is_aian', 'is_asian', 'is_black', 'is_nhpi', 'is_white', 'is_multi_race', 'is_veteran',
    'has_disability',
] %}
{%- set sources = {
    'stg_cthires_participant': ['is_multi_race'],
    'stg_adult_ed': ['is_multi_race'],
    'stg_apprenticeship': [],
    'stg_dual_credit': ['town_code', 'is_town_from_zip', 'is_hispanic', 'is_veteran', 'has_disability'],
} %}
with

{% for model, absent in sources.items() -%}
{{ model }} as (
    select
        {% for column in columns -%}
        {% if column in absent %}cast(null as {{ 'varchar' if column == 'town_code' else 'boolean' }}) as {% endif -%}
        {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ ref(model) }}
    where person_key is not null
),

{% endfor -%}
collected as (
    {% for model in sources -%}
    select * from {{ model }}{{ '\n    union all\n    ' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        *,
        coalesce(is_aian or is_asian or is_black or is_nhpi or is_white or is_multi_race, false) as has_race,
        row_number() over (partition by person_key order by _extract_ts, _batch_id, _row_no) as recency
    from collected
)

select * from final
