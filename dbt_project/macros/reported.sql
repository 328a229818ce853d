{#- The state and each workforce area: a stay is in ALL and in its own. -#}
{% macro reported_areas(town) -%}
    select 'ALL' as wda_code, cast(null as varchar) as only_wda_code
    union all
    select distinct wda_code, wda_code as only_wda_code from {{ town }}
{%- endmacro %}

{#-
    What the colleges have told so far: enrolments up to the last day of the newest term, whole school years up to the
    last one whose spring is on file.
-#}
{% macro college_terms_told(term) -%}
    select
        max(end_date) as known_to_date,
        max(case when substring(term_code, 5, 2) = '30' then school_year end) as known_to_school_year
    from {{ term }}
{%- endmacro %}
