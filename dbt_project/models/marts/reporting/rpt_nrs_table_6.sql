with

participant as (
    select * from {{ ref('fct_adult_ed_skill_gain') }} where is_first_period
),

build as (
    select * from {{ ref('dim_build') }}
),

line as (
    select
        program_year,
        'EMPLOYMENT_STATUS' as section_code,
        coalesce(employment_status_entry_code, 'NOT_STATED') as line_code
    from participant
    {% for code, column in adult_ed_program_types().items() -%}
    union all
    select
        program_year,
        'PROGRAM_TYPE' as section_code,
        '{{ code }}' as line_code
    from participant
    where {{ column }}
    {% endfor %}
),

whole as (
    select
        program_year,
        count(*) as participant_count
    from participant
    group by program_year
),

summed as (
    select
        program_year,
        section_code,
        line_code,
        count(*) as participant_count
    from line
    group by program_year, section_code, line_code
),

final as (
    select
        summed.program_year,
        summed.section_code,
        summed.line_code,
        cast(summed.participant_count as bigint) as numerator_count,
        cast(whole.participant_count as bigint) as denominator_count,
        cast(
            cast(summed.participant_count as double) / nullif(whole.participant_count, 0) as decimal(7, 6)
        ) as participant_share,
        cast(0 as bigint) as pending_count,
        cast(0 as bigint) as unmatched_count,
        cast(0 as bigint) as excluded_count,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from summed
    cross join build
    inner join whole
        on summed.program_year = whole.program_year
)

select * from final
