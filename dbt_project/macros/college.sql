{#- Six digits as the colleges write a term: the year the school year ends in and 10, 30 or 50. July to December is fall,
    January to April spring, May and June summer (rules 11, X05). -#}
{% macro college_term_code(date_column) -%}
    case
        when extract(month from {{ date_column }}) >= 7 then cast(extract(year from {{ date_column }}) + 1 as varchar) || '10'
        when extract(month from {{ date_column }}) <= 4 then cast(extract(year from {{ date_column }}) as varchar) || '30'
        else cast(extract(year from {{ date_column }}) as varchar) || '50'
    end
{%- endmacro %}

{#- First and last day to assume of a term whose dates nobody sent. -#}
{% macro college_term_begin(term_code) -%}
    cast(case substring({{ term_code }}, 5, 2)
        when '10' then cast(cast(substring({{ term_code }}, 1, 4) as integer) - 1 as varchar) || '-08-28'
        when '20' then substring({{ term_code }}, 1, 4) || '-01-02'
        when '30' then substring({{ term_code }}, 1, 4) || '-01-22'
        when '40' then substring({{ term_code }}, 1, 4) || '-03-15'
        else substring({{ term_code }}, 1, 4) || '-06-01'
    end as date)
{%- endmacro %}

{% macro college_term_end(term_code) -%}
    cast(case substring({{ term_code }}, 5, 2)
        when '10' then cast(cast(substring({{ term_code }}, 1, 4) as integer) - 1 as varchar) || '-12-15'
        when '20' then substring({{ term_code }}, 1, 4) || '-01-21'
        when '30' then substring({{ term_code }}, 1, 4) || '-05-12'
        when '40' then substring({{ term_code }}, 1, 4) || '-05-12'
        else substring({{ term_code }}, 1, 4) || '-08-15'
    end as date)
{%- endmacro %}

{#- The college a dead or a branch number belongs to today: several UnitIDs share an OPEID, the lowest one reports. -#}
{% macro reporting_college() -%}
    select
        opeid6,
        min(code) as institution_code,
        max(college_level) as college_level_code
    from {{ ref('ref_college') }}
    where opeid6 is not null and not is_merged
    group by opeid6
{%- endmacro %}
