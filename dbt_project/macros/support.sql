{#- Whether a support of `support_date` belongs to a stay: inside it, or within the days of SUPPORT_WINDOW_DAYS before or after. -#}
{% macro is_support_of_stay(support_date, entry_date, exit_date, as_of_date, window_days) -%}
    {{ days_between(support_date, entry_date) }} <= {{ window_days }}
        and {{ days_between('coalesce(' ~ exit_date ~ ', ' ~ as_of_date ~ ')', support_date) }} <= {{ window_days }}
{%- endmacro %}
