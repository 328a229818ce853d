{#- A gap ends a period: more than `gap_days` (gt), or that many and more (ge, Title II). rules 1, s3. -#}
{% macro gap_is_over(days, gap_rule, gap_days) -%}
    case when {{ gap_rule }} = 'ge' then {{ days }} >= {{ gap_days }} else {{ days }} > {{ gap_days }} end
{%- endmacro %}

{#- The row of `int_exit_rule_dated` for what begins on a day. -#}
{% macro exit_rule_on(exit_rule, program_code, day) -%}
    {{ program_code }} = {{ exit_rule }}.program_code
        and {{ day }} >= {{ exit_rule }}.valid_from_date
        and ({{ day }} < {{ exit_rule }}.valid_until_date or {{ exit_rule }}.valid_until_date is null)
{%- endmacro %}

{#- A programme of a common exit group by itself, as if it shared its exit with none (rules s3). -#}
{% macro exit_group_alone(program_code) -%}
    {{ program_code }} || ' alone'
{%- endmacro %}

{#- Rows of programmes, and those of programmes with a common exit once more by themselves: exits with and without it. -#}
{% macro with_and_without_common_exit(relation) -%}
    select
        *,
        exit_group_code as event_group_code,
        false as is_alone
    from {{ relation }}
    union all
    select
        *,
        {{ exit_group_alone('program_code') }} as event_group_code,
        true as is_alone
    from {{ relation }}
    where has_common_exit
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

{#- Whether a reason of exit leaves a period of this programme out of this indicator (rules 2). -#}
{% macro is_excluding(exit_reason, program_code, indicator_code) -%}
    {{ indicator_code }} not in ('SERVED', 'EXITED') and case
        when {{ program_code }} = 'YOUTH' then {{ exit_reason }}.excludes_youth
        when {{ program_code }} = 'ADULT_ED' and {{ indicator_code }} <> 'MSG' then {{ exit_reason }}.excludes_title2_exit
        else {{ exit_reason }}.excludes_all
    end
{%- endmacro %}
