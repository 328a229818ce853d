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

{#-
    Left out by reason: a column for each exclusion code of a fact, named after what a reason of exit means (PIRL 923) or
    after the code itself. One place for the names, so that reports call one reason the same.
-#}
{% macro excluded_column(code) -%}
    {%- set exit_reason = {
        '01': 'institutionalised', '02': 'medical', '03': 'deceased', '04': 'called_up', '05': 'foster_moved',
        '06': 'ineligible', '07': 'offender',
    } -%}
    {{ return('excluded_' ~ exit_reason.get(code, code | lower) ~ '_count') }}
{%- endmacro %}

{% macro excluded_sums(codes, exclusion_code='exclusion_code') -%}
    {% for code in codes -%}
    sum(case when {{ exclusion_code }} = '{{ code }}' then 1 else 0 end) as {{ excluded_column(code) }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{% macro excluded_counts(codes, relation) -%}
    {% for code in codes -%}
    cast(coalesce({{ relation }}.{{ excluded_column(code) }}, 0) as bigint) as {{ excluded_column(code) }},
    {% endfor %}
{%- endmacro %}

{#- A member of a partnership from the day of joining up to the day before leaving. -#}
{% macro is_member_on(membership, day) -%}
    {{ membership }}.joined_date <= {{ day }} and ({{ membership }}.left_date is null or {{ membership }}.left_date > {{ day }})
{%- endmacro %}
