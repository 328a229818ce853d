-- What each record of an agency says about a person, with an order that depends on the extracts alone: the newest last; of
-- records taken at one time the sources here from the last to the first, so that a registration is believed before a
-- portal's (rules 7).
{%- set home = ['town_code', 'is_town_from_zip'] %}
{%- set race = ['is_aian', 'is_asian', 'is_black', 'is_nhpi', 'is_white'] %}
{%- set asked = ['birth_date', 'sex_code'] + home + ['is_hispanic'] + race + ['is_veteran', 'has_disability'] %}
{%- set columns = asked + ['is_multi_race'] %}
{%- set sources = {
    'stg_cthires_participant': asked,
    'stg_adult_ed': asked,
    'stg_apprenticeship': asked + ['is_multi_race'],
    'stg_dual_credit': ['birth_date', 'sex_code', 'has_disability'] + race + ['is_multi_race'],
    'stg_career_connect': asked,
    'stg_gjc_participant': asked,
    'stg_postsecondary_term': ['birth_date', 'town_code'],
    'stg_postsecondary_award': ['birth_date'],
    'stg_scholarship_award': ['birth_date'],
    'stg_mif_iwt_training': ['birth_date'],
    'stg_career_loan': ['birth_date', 'sex_code'] + home,
    'stg_portal_registration': ['birth_date', 'sex_code'] + home + ['is_veteran'],
} %}
{%- set types = {'birth_date': 'date', 'sex_code': 'varchar', 'town_code': 'varchar'} %}
with

{% for model, said in sources.items() -%}
{{ model }} as (
    select
        person_key,
        _extract_ts,
        _batch_id,
        _row_no,
        {{ loop.index }} as source_order,
        {% for column in columns -%}
        {% if column in said -%}
        {{ column }}
        {%- elif column == 'is_town_from_zip' and 'town_code' in said -%}
        case when town_code is not null then false end as is_town_from_zip
        {%- else -%}
        cast(null as {{ types.get(column, 'boolean') }}) as {{ column }}
        {%- endif %}{{ ',' if not loop.last }}
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
        row_number() over (
            partition by person_key order by _extract_ts, source_order desc, _batch_id, _row_no
        ) as recency
    from collected
)

select * from final
