{#- Kinds of adult education (ref_adult_ed_program_type) as the marts name them. -#}
{% macro adult_ed_program_types() -%}
    {{ return({
        'ABE': 'is_basic_education',
        'ASE': 'is_secondary_education',
        'ESL': 'is_english_language',
        'IET': 'is_integrated_training',
        'IELCE': 'is_integrated_english',
        'WORKPLACE': 'is_workplace_education',
        'FAMLIT': 'is_family_literacy',
        'CORR': 'is_corrections_education',
    }) }}
{%- endmacro %}

{#- Whether a list of codes separated by semicolons holds `code`. -#}
{% macro holds_code(column, code) -%}
    ';' || {{ column }} || ';' like '%;{{ code }};%'
{%- endmacro %}

{#- Most days without activity that still belong to a period. -#}
{% macro gap_days_within(gap_rule, gap_days) -%}
    case when {{ gap_rule }} = 'ge' then {{ gap_days }} - 1 else {{ gap_days }} end
{%- endmacro %}
