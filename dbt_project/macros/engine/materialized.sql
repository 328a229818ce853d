{#-
    Has a step of a query worked out once, as it stands: `name as {{ materialized() }} (...)`. Without it the engine may
    take the step apart and join in another order, and the step's smaller keys are there too late to help.
-#}
{% macro materialized() -%}
    {{ return(adapter.dispatch('materialized', 'workforce')()) }}
{%- endmacro %}

{% macro default__materialized() -%}{%- endmacro %}

{% macro duckdb__materialized() -%}
    materialized
{%- endmacro %}
