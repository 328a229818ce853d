{#- Why a stay is left out of a measure of programmes (`fct_program_outcome.exclusion_code`), a count of its own in reports. -#}
{% macro program_exclusions() -%}
    {{ return(['exit_reason', 'wages_not_on_file', 'no_price_index', 'cost_unknown', 'not_reported']) }}
{%- endmacro %}
