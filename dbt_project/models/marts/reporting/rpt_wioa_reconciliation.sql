with

element as (
    select * from {{ ref('fct_pirl_element') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

counted as (
    select
        program_code,
        element_code,
        element_label,
        sum(case when comparison_code = 'AGREE' then 1 else 0 end) as numerator_count,
        count(*) as denominator_count,
        sum(case when comparison_code = 'DIFFER' then 1 else 0 end) as differ_count,
        sum(case when comparison_code = 'ONLY_THEIRS' then 1 else 0 end) as only_theirs_count,
        sum(case when comparison_code = 'ONLY_OURS' then 1 else 0 end) as only_ours_count
    from element
    group by program_code, element_code, element_label
),

final as (
    select
        counted.program_code,
        counted.element_code,
        counted.element_label,
        cast(counted.numerator_count as bigint) as numerator_count,
        cast(counted.denominator_count as bigint) as denominator_count,
        cast(cast(counted.numerator_count as double) / counted.denominator_count as decimal(7, 6)) as agree_share,
        cast(counted.differ_count as bigint) as differ_count,
        cast(counted.only_theirs_count as bigint) as only_theirs_count,
        cast(counted.only_ours_count as bigint) as only_ours_count,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from counted
    cross join build
)

select * from final
