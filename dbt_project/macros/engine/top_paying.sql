{#- Value of `column` in the group's row with the greatest `amount`; on a tie the one with the least `tie_breaker` (e1). -#}
{% macro top_paying(column, amount, tie_breaker) -%}
    {{ return(adapter.dispatch('top_paying', 'workforce')(column, amount, tie_breaker)) }}
{%- endmacro %}

{% macro default__top_paying(column, amount, tie_breaker) -%}
    min_by({{ column }}, struct(-({{ amount }}), {{ tie_breaker }}))
{%- endmacro %}

{% macro duckdb__top_paying(column, amount, tie_breaker) -%}
    arg_min({{ column }}, row(-({{ amount }}), {{ tie_breaker }}))
{%- endmacro %}
