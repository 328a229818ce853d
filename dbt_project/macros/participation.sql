{#- A gap ends a period: more than `gap_days` (gt), or that many and more (ge, Title II). rules 1, s3. -#}
{% macro gap_is_over(days, gap_rule, gap_days) -%}
    case when {{ gap_rule }} = 'ge' then {{ days }} >= {{ gap_days }} else {{ days }} > {{ gap_days }} end
{%- endmacro %}

{#- Length of the window after exit in which a credential counts: plain days, leap day included (O1, e24). -#}
{% macro credential_window_end(exit_date) -%}
    {{ add_days(exit_date, 365) }}
{%- endmacro %}

{% macro participation_key(person_key, program_code, entry_date) -%}
    {{ person_key }} || '-' || {{ program_code }} || '-' || cast({{ entry_date }} as varchar)
{%- endmacro %}

{#- A student's school year of dual credit is one stay. -#}
{% macro dual_credit_period_key(person_key, school_year) -%}
    {{ person_key }} || '-DUAL_CREDIT-' || cast({{ school_year }} as varchar)
{%- endmacro %}

{% macro apprenticeship_key(person_key, agreement_no) -%}
    {{ person_key }} || '-APPRENTICESHIP-' || {{ agreement_no }}
{%- endmacro %}
