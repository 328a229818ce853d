{%- set shown = {
    'ALL': "'ALL'",
    'SEX': "coalesce(sex_label, 'Not stated')",
    'RACE_PIRL_2018': 'race_pirl_2018_label',
    'BIRTH_DECADE': "coalesce(cast(birth_year - birth_year % 10 as varchar) || 's', 'Unknown')",
    'VALID_SSN': "case when has_valid_ssn then 'Yes' else 'No' end",
} %}
with

person_source as (
    select * from {{ ref('bridge_person_source') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

least_count as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force
),

build as (
    select * from {{ ref('dim_build') }}
),

source as (
    select
        source_name,
        row_number() over (order by source_name) - 1 as source_no
    from person_source
    group by source_name
),

-- The sources that know a person as one number, a binary digit each.
known as (
    select
        person_source.person_key,
        cast(sum(power(2, source.source_no)) as bigint) as source_set,
        count(*) as source_count
    from person_source
    inner join source
        on person_source.source_name = source.source_name
    group by person_source.person_key
),

-- People alike in everything shown are one row with their number before sources are paired.
alike as (
    select
        known.source_set,
        known.source_count,
        {% for slice_code, value in shown.items() -%}
        {{ value }} as {{ slice_code | lower }}_value,
        {% endfor -%}
        count(*) as person_count
    from known
    inner join person
        on known.person_key = person.person_key
    group by
        known.source_set, known.source_count,
        {% for value in shown.values() -%}
        {{ value }}{{ ',' if not loop.last }}
        {% endfor %}
),

sliced as (
    {% for slice_code in shown -%}
    select
        source_set,
        source_count,
        '{{ slice_code }}' as slice_code,
        {{ slice_code | lower }}_value as slice_value,
        person_count
    from alike
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        source.source_name,
        sliced.source_set,
        sliced.source_count,
        sliced.slice_code,
        sliced.slice_value,
        sum(sliced.person_count) as person_count
    from sliced
    inner join source
        on cast(floor(sliced.source_set / power(2, source.source_no)) as bigint) % 2 = 1
    group by source.source_name, sliced.source_set, sliced.source_count, sliced.slice_code, sliced.slice_value
),

-- Every source against every other, and against any other at all.
paired as (
    select
        counted.source_name,
        other.source_name as other_source_name,
        counted.slice_code,
        counted.slice_value,
        sum(case
            when cast(floor(counted.source_set / power(2, other.source_no)) as bigint) % 2 = 1 then counted.person_count else 0
        end) as matched_count,
        sum(counted.person_count) as person_count
    from counted
    inner join source as other
        on counted.source_name <> other.source_name
    group by counted.source_name, other.source_name, counted.slice_code, counted.slice_value
    union all
    select
        source_name,
        'ANY' as other_source_name,
        slice_code,
        slice_value,
        sum(case when source_count > 1 then person_count else 0 end) as matched_count,
        sum(person_count) as person_count
    from counted
    group by source_name, slice_code, slice_value
),

final as (
    select
        paired.source_name,
        paired.other_source_name,
        paired.slice_code,
        paired.slice_value,
        cast(paired.matched_count as bigint) as numerator_count,
        cast(paired.person_count as bigint) as denominator_count,
        cast(cast(paired.matched_count as double) / nullif(paired.person_count, 0) as decimal(7, 6)) as matched_share,
        paired.person_count >= least_count.parameter_value as is_comparable,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from paired
    cross join least_count
    cross join build
)

select * from final
