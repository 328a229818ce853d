{#- Value of `column` in the group's row with the greatest `recency`, among rows where `condition` holds. -#}
{% macro newest_known(column, recency, condition=none) -%}
    {{ return(adapter.dispatch('newest_known', 'workforce')(column, recency, condition or column ~ ' is not null')) }}
{%- endmacro %}

{% macro default__newest_known(column, recency, condition) -%}
    max_by({{ column }}, case when {{ condition }} then {{ recency }} end)
{%- endmacro %}

{% macro duckdb__newest_known(column, recency, condition) -%}
    arg_max({{ column }}, {{ recency }}) filter (where {{ condition }})
{%- endmacro %}
