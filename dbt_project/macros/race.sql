{#-
    Race and ethnicity (rules 7, O18). `flags` maps the five race columns; Hispanic is asked apart.
    pirl_2018: Hispanic first, then one race, Two or more, Unknown. spd15_2024: all categories co-equal.
    `is_multi_race` is for sources that send one code "two or more" without saying which.
-#}
{% macro race_labels() -%}
    {{ return({
        'is_aian': 'American Indian or Alaska Native',
        'is_asian': 'Asian',
        'is_black': 'Black',
        'is_nhpi': 'Native Hawaiian or Pacific Islander',
        'is_white': 'White',
    }) }}
{%- endmacro %}

{% macro race_count(include_hispanic=false) -%}
    (
        {%- for column in race_labels() %}
        case when {{ column }} then 1 else 0 end +
        {%- endfor %}
        case when is_multi_race then 2 else 0 end
        {%- if include_hispanic %} + case when is_hispanic then 1 else 0 end{% endif %}
    )
{%- endmacro %}

{% macro race_pirl_2018() -%}
    case
        when is_hispanic then 'Hispanic'
        when {{ race_count() }} >= 2 then 'Two or more'
        {%- for column, label in race_labels().items() %}
        when {{ column }} then '{{ label }}'
        {%- endfor %}
        else 'Unknown'
    end
{%- endmacro %}

{% macro race_spd15_2024() -%}
    case
        when {{ race_count(include_hispanic=true) }} >= 2 then 'Multiracial/ethnic'
        when is_hispanic then 'Hispanic'
        {%- for column, label in race_labels().items() %}
        when {{ column }} then '{{ label }}'
        {%- endfor %}
        else 'Unknown'
    end
{%- endmacro %}
