with

outcome as (
    select * from {{ ref('fct_participation_outcome') }}
),

program as (
    select * from {{ ref('dim_program') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- Retention of the core programmes together (rules s14): a person's exit counts once whatever it ended. It counts when it
-- counts in one programme; the area is the one of the programme entered last.
core_outcome as (
    select
        outcome.*,
        row_number() over (
            partition by outcome.report_type, outcome.program_year, outcome.person_key, outcome.exit_date
            order by outcome.entry_date desc, outcome.program_code
        ) as recency
    from outcome
    inner join program
        on outcome.program_code = program.program_code
    where outcome.indicator_code = 'RETENTION'
        and program.is_core
),

core_retention as (
    select
        report_type,
        program_year,
        indicator_code,
        person_key,
        'ALL' as program_code,
        max(case when recency = 1 then wda_code end) as wda_code,
        max(case when is_in_denominator then 1 else 0 end) = 1 as is_in_denominator,
        max(case when is_in_numerator then 1 else 0 end) = 1 as is_in_numerator,
        max(case when is_pending then 1 else 0 end) = 1 as is_pending,
        max(case when is_unmatched then 1 else 0 end) = 1 as is_unmatched,
        max(case when is_in_denominator then 1 else 0 end) = 0
            and max(case when is_excluded then 1 else 0 end) = 1 as is_excluded,
        cast(null as decimal(14, 2)) as wage_usd
    from core_outcome
    group by report_type, program_year, indicator_code, person_key, exit_date
),

counted as (
    select
        report_type, program_year, indicator_code, person_key, program_code, wda_code,
        is_in_denominator, is_in_numerator, is_pending, is_unmatched, is_excluded, wage_usd
    from outcome
    union all
    select
        report_type, program_year, indicator_code, person_key, program_code, wda_code,
        is_in_denominator, is_in_numerator, is_pending, is_unmatched, is_excluded, wage_usd
    from core_retention
),

-- A new slice is one more branch here, never a new model.
slice as (
    select person_key, 'ALL' as slice_code, 'ALL' as slice_value from person
    union all
    select person_key, 'SEX' as slice_code, sex_label as slice_value from person
    union all
    select person_key, 'RACE_PIRL_2018' as slice_code, race_pirl_2018_label as slice_value from person
),

area as (
    select 'ALL' as wda_code, cast(null as varchar) as only_wda_code
    union all
    select distinct wda_code, wda_code as only_wda_code from {{ ref('dim_town') }}
),

summed as (
    select
        counted.program_year,
        counted.report_type,
        counted.program_code,
        area.wda_code,
        slice.slice_code,
        slice.slice_value,
        counted.indicator_code,
        sum(case when counted.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when counted.is_in_denominator then 1 else 0 end) as denominator_count,
        {{ median_usd('counted.wage_usd') }} as median_usd,
        sum(case when counted.is_pending then 1 else 0 end) as pending_count,
        sum(case when counted.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when counted.is_excluded then 1 else 0 end) as excluded_count
    from counted
    inner join slice
        on counted.person_key = slice.person_key
    inner join area
        on area.only_wda_code is null or counted.wda_code = area.only_wda_code
    group by
        counted.program_year, counted.report_type, counted.program_code, area.wda_code,
        slice.slice_code, slice.slice_value, counted.indicator_code
),

final as (
    select
        summed.program_year,
        summed.report_type,
        summed.program_code,
        summed.wda_code,
        summed.slice_code,
        summed.slice_value,
        summed.indicator_code,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        case when summed.indicator_code <> 'MEDIAN_Q2' then
            cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6))
        end as indicator_share,
        summed.median_usd,
        cast(summed.pending_count as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_count as bigint) as excluded_count,
        build.as_of_date,
        build.definition_version
    from summed
    cross join build
)

select * from final
