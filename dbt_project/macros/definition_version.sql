{#- Version of the rules behind every measure. Raise it when a definition changes meaning; the changelog says why. -#}
{% macro definition_version() -%}
    '1.0.0'
{%- endmacro %}
