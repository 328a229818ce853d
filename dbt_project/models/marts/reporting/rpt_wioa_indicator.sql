{%- set exclusions = ['01', '02', '03', '04', '05', '06', '07'] %}
{%- set counts = [
    'numerator_count', 'denominator_count', 'pending_count', 'unmatched_count', 'not_computable_count', 'excluded_count',
] %}
{%- for code in exclusions %}{% do counts.append(excluded_column(code)) %}{% endfor -%}
with

outcome as (
    select * from {{ ref('fct_participation_outcome') }} where first_window_quarter_index <= last_window_quarter_index
),

program as (
    select * from {{ ref('dim_program') }}
),

cohort as (
    select * from {{ ref('dim_cohort') }}
),

target as (
    select * from {{ ref('dim_indicator_target') }}
),

parameter as (
    select
        max(case when parameter_code = 'PASS_INDIVIDUAL' then parameter_value end) as pass_individual,
        max(case when parameter_code = 'PASS_OVERALL' then parameter_value end) as pass_overall
    from {{ ref('dim_parameter') }}
    where is_in_force
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

slice as (
    select
        bridge.period_key,
        bridge.slice_code,
        bridge.slice_value,
        dim_slice.is_in_rolling_report
    from {{ ref('bridge_period_slice') }} as bridge
    inner join {{ ref('dim_slice') }} as dim_slice
        on bridge.slice_code = dim_slice.slice_code
    where dim_slice.is_in_wioa_report
),

area as (
    {{ reported_areas(ref('dim_town')) }}
),

core_outcome as (
    select outcome.*
    from outcome
    inner join program
        on outcome.program_code = program.program_code
    where program.is_core
),

-- Retention of the core programmes together (rules s14): a person's exit counts once whatever it ended. It counts when it
-- counts in one programme; area and groups are those of the programme entered last.
core_retained as (
    select
        *,
        row_number() over (
            partition by person_key, exit_date order by entry_date desc, program_code
        ) as recency
    from core_outcome
    where indicator_code = 'RETENTION'
),

core_retention as (
    select
        max(case when recency = 1 then participation_key end) as participation_key,
        'RETENTION' as indicator_code,
        first_window_quarter_index,
        last_window_quarter_index,
        max(case when recency = 1 then wda_code end) as wda_code,
        max(case when is_in_denominator then 1 else 0 end) = 1 as is_in_denominator,
        max(case when is_in_numerator then 1 else 0 end) = 1 as is_in_numerator,
        max(case when is_pending then 1 else 0 end) = 1 as is_pending,
        max(case when is_unmatched then 1 else 0 end) = 1 as is_unmatched,
        case when max(case when is_in_denominator then 1 else 0 end) = 0 then min(exclusion_code) end as exclusion_code,
        case
            when max(case when is_in_denominator then 1 else 0 end) = 0
                then max(case when reason_code = 'NOT_COMPUTABLE' then reason_code end)
        end as reason_code
    from core_retained
    group by person_key, exit_date, first_window_quarter_index, last_window_quarter_index
),

-- Served by, and exited from, the core programmes together: a person counts once in each cohort, by what comes first (e11).
core_preceded as (
    select
        *,
        max(last_window_quarter_index) over (
            partition by person_key, indicator_code
            order by first_window_quarter_index, entry_date, participation_key
            rows between unbounded preceding and 1 preceding
        ) as covered_to_index
    from core_outcome
    where indicator_code in ('SERVED', 'EXITED') and is_in_denominator
),

counted as (
    select
        participation_key, indicator_code, first_window_quarter_index, last_window_quarter_index, program_code, wda_code,
        is_in_denominator, is_in_numerator, is_pending, is_unmatched, exclusion_code, reason_code, wage_usd
    from outcome
    union all
    select
        participation_key, indicator_code, first_window_quarter_index, last_window_quarter_index, 'ALL' as program_code,
        wda_code, is_in_denominator, is_in_numerator, is_pending, is_unmatched, exclusion_code, reason_code,
        cast(null as decimal(14, 2)) as wage_usd
    from core_retention
    union all
    select
        participation_key, indicator_code,
        case
            when covered_to_index >= first_window_quarter_index then covered_to_index + 1
            else first_window_quarter_index
        end as first_window_quarter_index,
        last_window_quarter_index, 'ALL' as program_code, wda_code, is_in_denominator, is_in_numerator, is_pending,
        is_unmatched, exclusion_code, reason_code, wage_usd
    from core_preceded
    where covered_to_index is null or covered_to_index < last_window_quarter_index
),

-- Counts add up over quarters, so periods are added up by quarter before they are spread over cohorts and areas.
cell as (
    select
        counted.indicator_code,
        counted.program_code,
        counted.wda_code,
        counted.first_window_quarter_index,
        counted.last_window_quarter_index,
        slice.slice_code,
        slice.slice_value,
        slice.is_in_rolling_report,
        sum(case when counted.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when counted.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when counted.is_pending then 1 else 0 end) as pending_count,
        sum(case when counted.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when counted.reason_code = 'NOT_COMPUTABLE' then 1 else 0 end) as not_computable_count,
        count(counted.exclusion_code) as excluded_count,
        {{ excluded_sums(exclusions, 'counted.exclusion_code') }}
    from counted
    inner join slice
        on counted.participation_key = slice.period_key
    group by
        counted.indicator_code, counted.program_code, counted.wda_code, counted.first_window_quarter_index,
        counted.last_window_quarter_index, slice.slice_code, slice.slice_value, slice.is_in_rolling_report
),

summed as (
    select
        cohort.report_type,
        cohort.report_quarter,
        cohort.program_year,
        cohort.window_from_date,
        cohort.window_to_date,
        cell.indicator_code,
        cell.program_code,
        area.wda_code,
        cell.slice_code,
        cell.slice_value,
        {% for name in counts -%}
        sum(cell.{{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from cell
    inner join cohort
        on cell.indicator_code = cohort.indicator_code
        and cohort.window_quarter_index between cell.first_window_quarter_index and cell.last_window_quarter_index
        and (cell.is_in_rolling_report or cohort.report_type = 'ANNUAL')
    inner join area
        on area.only_wda_code is null or cell.wda_code = area.only_wda_code
    group by
        cohort.report_type, cohort.report_quarter, cohort.program_year, cohort.window_from_date, cohort.window_to_date,
        cell.indicator_code, cell.program_code, area.wda_code, cell.slice_code, cell.slice_value
),

-- A median does not add up: one pass over who earned, per cohort. The annual report and the rolling one share cohorts.
median_cohort as (
    select
        window_quarter_index,
        window_to_date,
        max(case when report_type = 'ANNUAL' then 1 else 0 end) = 1 as is_annual
    from cohort
    where indicator_code = 'MEDIAN_Q2'
    group by window_quarter_index, window_to_date
),

earned as (
    select
        median_cohort.window_to_date,
        counted.program_code,
        area.wda_code,
        slice.slice_code,
        slice.slice_value,
        {{ median_usd('counted.wage_usd') }} as median_usd
    from counted
    inner join median_cohort
        on median_cohort.window_quarter_index
            between counted.first_window_quarter_index and counted.last_window_quarter_index
    inner join slice
        on counted.participation_key = slice.period_key
        and (slice.is_in_rolling_report or median_cohort.is_annual)
    inner join area
        on area.only_wda_code is null or counted.wda_code = area.only_wda_code
    where counted.indicator_code = 'MEDIAN_Q2' and counted.is_in_denominator
    group by
        median_cohort.window_to_date, counted.program_code, area.wda_code, slice.slice_code, slice.slice_value
),

valued as (
    select
        summed.*,
        case when summed.indicator_code not in ('MEDIAN_Q2', 'SERVED', 'EXITED') then
            cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6))
        end as indicator_share,
        earned.median_usd,
        target.target_status_code,
        target.target_share,
        target.target_usd,
        target.is_binding
    from summed
    left join earned
        on summed.indicator_code = 'MEDIAN_Q2'
        and summed.window_to_date = earned.window_to_date
        and summed.program_code = earned.program_code
        and summed.wda_code = earned.wda_code
        and summed.slice_code = earned.slice_code
        and summed.slice_value = earned.slice_value
    left join target
        on summed.report_type = 'ANNUAL'
        and summed.wda_code = 'ALL'
        and summed.slice_code = 'ALL'
        and summed.program_code = target.program_code
        and summed.indicator_code = target.indicator_code
        and summed.program_year = target.program_year
),

scored as (
    select
        *,
        cast(coalesce(
            cast(indicator_share as double) / nullif(target_share, 0), cast(median_usd as double) / nullif(target_usd, 0)
        ) as decimal(9, 6)) as target_ratio
    from valued
),

overall as (
    select
        *,
        cast(avg(cast(case when is_binding then target_ratio end as double))
            over (partition by report_type, report_quarter, program_code) as decimal(9, 6)) as program_ratio,
        cast(avg(cast(case when is_binding then target_ratio end as double))
            over (partition by report_type, report_quarter, indicator_code) as decimal(9, 6)) as indicator_ratio
    from scored
),

final as (
    select
        overall.program_year,
        overall.report_type,
        overall.report_quarter,
        overall.program_code,
        overall.wda_code,
        overall.slice_code,
        overall.slice_value,
        overall.indicator_code,
        overall.window_from_date as cohort_from_date,
        overall.window_to_date as cohort_to_date,
        cast(overall.numerator_count as bigint) as numerator_count,
        cast(overall.denominator_count as bigint) as denominator_count,
        overall.indicator_share,
        overall.median_usd,
        case
            when overall.denominator_count = 0 and overall.not_computable_count > 0 then 'WAGES_BY_PERSON_ONLY'
        end as not_computable_code,
        overall.target_status_code,
        overall.target_share,
        overall.target_usd,
        cast(overall.indicator_share - overall.target_share as decimal(7, 6)) as variance_share,
        cast(overall.median_usd - overall.target_usd as decimal(14, 2)) as variance_usd,
        overall.target_ratio,
        case when overall.is_binding then overall.target_ratio >= parameter.pass_individual end as has_passed,
        case when overall.is_binding then overall.program_ratio end as program_ratio,
        case when overall.is_binding then overall.program_ratio >= parameter.pass_overall end as has_program_passed,
        case when overall.is_binding then overall.indicator_ratio end as indicator_ratio,
        case when overall.is_binding then overall.indicator_ratio >= parameter.pass_overall end as has_indicator_passed,
        cast(overall.pending_count as bigint) as pending_count,
        cast(overall.unmatched_count as bigint) as unmatched_count,
        cast(overall.not_computable_count as bigint) as not_computable_count,
        cast(overall.excluded_count as bigint) as excluded_count,
        {{ excluded_counts(exclusions, 'overall') -}}
        build.as_of_date,
        coalesce(metric.definition_version, build.definition_version) as definition_version,
        build.run_id
    from overall
    cross join build
    cross join parameter
    left join metric
        on overall.indicator_code = metric.metric_code
)

select * from final
