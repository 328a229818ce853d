{#- Calendar rules (rules 1): exit quarter is quarter 0, so quarter index differences are quarters after exit. -#}
{% macro quarter_index(date_column) -%}
    cast(extract(year from {{ date_column }}) * 4 + extract(quarter from {{ date_column }}) - 1 as integer)
{%- endmacro %}

{% macro quarter_label(date_column) -%}
    cast(extract(year from {{ date_column }}) as varchar) || 'Q' || cast(extract(quarter from {{ date_column }}) as varchar)
{%- endmacro %}

{#- Programme year N runs 1 July N to 30 June N+1. -#}
{% macro program_year(date_column) -%}
    cast(extract(year from {{ date_column }}) - case when extract(month from {{ date_column }}) < 7 then 1 else 0 end as integer)
{%- endmacro %}

{% macro days_between(first_date, second_date) -%}
    {{ dbt.datediff(first_date, second_date, 'day') }}
{%- endmacro %}

{% macro add_days(date_column, days) -%}
    cast({{ dbt.dateadd('day', days, date_column) }} as date)
{%- endmacro %}

{#- least() and greatest() treat nulls differently from engine to engine; these two say what they do: null loses. -#}
{% macro earlier_of(first_date, second_date) -%}
    case when {{ second_date }} is null or {{ first_date }} <= {{ second_date }} then {{ first_date }} else {{ second_date }} end
{%- endmacro %}

{% macro later_of(first_date, second_date) -%}
    case when {{ second_date }} is null or {{ first_date }} >= {{ second_date }} then {{ first_date }} else {{ second_date }} end
{%- endmacro %}

{% macro quarter_label_of(quarter_index) -%}
    cast(cast(floor({{ quarter_index }} / 4) as integer) as varchar) || 'Q' || cast({{ quarter_index }} % 4 + 1 as varchar)
{%- endmacro %}

{#- Years of dim_quarter: wage records begin in 1993. -#}
{% macro calendar_years() -%}
    {{ return(range(1990, 2050)) }}
{%- endmacro %}

{#- Last day of a span of months that begins the day after `date_column`: 30 June and 16 months end on 31 October. -#}
{% macro months_after(date_column, months) -%}
    {{ add_days(dbt.dateadd('month', months, add_days(date_column, 1)), -1) }}
{%- endmacro %}
