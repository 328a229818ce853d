{#- PIRL 1/0/9: not stated is null, never false. -#}
{% macro yes_no(column) -%}
    case {{ column }} when '1' then true when '0' then false end
{%- endmacro %}

{#- O*NET codes come with or without punctuation, and a SOC code stands for its O*NET occupation .00: eight digits. -#}
{% macro onet_digits(column) -%}
    substring(replace(replace({{ column }}, '-', ''), '.', '') || '00', 1, 8)
{%- endmacro %}

{#- The SOC occupation, 99-9999, of an O*NET occupation of eight digits. -#}
{% macro soc_of_onet(column) -%}
    substring({{ column }}, 1, 2) || '-' || substring({{ column }}, 3, 4)
{%- endmacro %}

{#- Barriers to employment as the agencies send them (PIRL 402, 600 to 808) and as the marts name them. -#}
{% macro barriers() -%}
    {{ return({
        'tanf': 'is_tanf_recipient',
        'exhausting_tanf': 'is_exhausting_tanf',
        'snap': 'is_snap_recipient',
        'other_assistance': 'is_other_assistance_recipient',
        'pregnant_parenting_youth': 'is_pregnant_or_parenting_youth',
        'youth_needing_assistance': 'is_youth_needing_assistance',
        'foster_youth': 'is_foster_youth',
        'homeless': 'is_homeless',
        'ex_offender': 'is_ex_offender',
        'low_income': 'is_low_income',
        'english_learner': 'is_english_learner',
        'basic_skills_deficient': 'is_basic_skills_deficient',
        'cultural_barriers': 'has_cultural_barriers',
        'single_parent': 'is_single_parent',
        'displaced_homemaker': 'is_displaced_homemaker',
        'long_term_unemployed': 'is_long_term_unemployed',
    }) }}
{%- endmacro %}
