-- One row per person that any programme knows: the newest known value of each attribute. Race is taken whole from the
-- newest record that states one, so two records never add up to "two or more".
with

attribute as (
    select * from {{ ref('int_person_attribute_collected') }}
),

final as (
    select
        person_key,
        {% for column in ['birth_date', 'sex_code', 'town_code', 'is_hispanic', 'is_veteran', 'has_disability'] -%}
        {{ newest_known(
            column, 'recency', "sex_code in ('1', '2')" if column == 'sex_code' else column ~ ' is not null'
        ) }} as {{ column }},
        {% endfor -%}
        {{ newest_known('is_town_from_zip', 'recency', 'town_code is not null') }} as is_town_from_zip,
        {% for column in ['is_aian', 'is_asian', 'is_black', 'is_nhpi', 'is_white', 'is_multi_race'] -%}
        coalesce({{ newest_known('coalesce(' ~ column ~ ', false)', 'recency', 'has_race') }}, false) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from attribute
    group by person_key
)

select * from final
