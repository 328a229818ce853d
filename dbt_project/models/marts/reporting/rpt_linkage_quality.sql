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

slice as (
    {% for slice_code, value in {
        'ALL': "'ALL'",
        'SEX': "coalesce(sex_label, 'Not stated')",
        'RACE_PIRL_2018': 'race_pirl_2018_label',
        'BIRTH_DECADE': "coalesce(cast(birth_year - birth_year % 10 as varchar) || 's', 'Unknown')",
        'VALID_SSN': "case when has_valid_ssn then 'Yes' else 'No' end",
    }.items() -%}
    select person_key, '{{ slice_code }}' as slice_code, {{ value }} as slice_value from person
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

source as (
    select distinct source_name from person_source
),

-- Every source against every other, and against any other at all.
pair as (
    select
        one.source_name,
        other.source_name as other_source_name
    from source as one
    inner join source as other
        on one.source_name <> other.source_name
    union all
    select
        source_name,
        'ANY' as other_source_name
    from source
),

known as (
    select
        person_key,
        source_name as other_source_name
    from person_source
),

spread as (
    select
        person_key,
        count(*) as source_count
    from person_source
    group by person_key
),

total as (
    select
        person_source.source_name,
        slice.slice_code,
        slice.slice_value,
        count(*) as person_count,
        sum(case when spread.source_count > 1 then 1 else 0 end) as any_count
    from person_source
    inner join slice
        on person_source.person_key = slice.person_key
    inner join spread
        on person_source.person_key = spread.person_key
    group by person_source.source_name, slice.slice_code, slice.slice_value
),

matched as (
    select
        person_source.source_name,
        known.other_source_name,
        slice.slice_code,
        slice.slice_value,
        count(*) as matched_count
    from person_source
    inner join known
        on person_source.person_key = known.person_key
        and person_source.source_name <> known.other_source_name
    inner join slice
        on person_source.person_key = slice.person_key
    group by person_source.source_name, known.other_source_name, slice.slice_code, slice.slice_value
),

final as (
    select
        pair.source_name,
        pair.other_source_name,
        total.slice_code,
        total.slice_value,
        cast(
            case when pair.other_source_name = 'ANY' then total.any_count else coalesce(matched.matched_count, 0) end as bigint
        ) as numerator_count,
        cast(total.person_count as bigint) as denominator_count,
        cast(
            cast(
                case when pair.other_source_name = 'ANY' then total.any_count else coalesce(matched.matched_count, 0) end as double
            ) / nullif(total.person_count, 0) as decimal(7, 6)
        ) as matched_share,
        total.person_count >= least_count.parameter_value as is_comparable,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from pair
    inner join total
        on pair.source_name = total.source_name
    left join matched
        on pair.source_name = matched.source_name
        and pair.other_source_name = matched.other_source_name
        and total.slice_code = matched.slice_code
        and total.slice_value = matched.slice_value
    cross join least_count
    cross join build
)

select * from final
