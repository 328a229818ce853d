{#- Exactly staging, intermediate, core, reporting, seeds: no target prefix, so published names never depend on who builds. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
