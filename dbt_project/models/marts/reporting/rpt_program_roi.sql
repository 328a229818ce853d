-- Gains and costs of the same stays: only a stay whose gain and whole cost are known is measured; coverage says how many are.
with

outcome as (
    select * from {{ ref('fct_program_outcome') }}
),

period_program as (
    select * from {{ ref('bridge_period_program') }}
),

period_slice as (
    select * from {{ ref('bridge_period_slice') }}
),

slice as (
    select * from {{ ref('dim_slice') }}
),

parameter as (
    select * from {{ ref('dim_roi_parameter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

least_count as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force
),

-- Of all years of entry together, against job seekers alike; effects are per quarter.
impact as (
    select * from {{ ref('est_net_impact') }}
    where line_kind = 'EFFECT' and metric_code = 'NET_WAGE' and entry_cohort = 'ALL'
),

gain as (
    select * from outcome where metric_code = 'EARNINGS_GAIN'
),

real_gain as (
    select period_key, metric_amount from outcome where metric_code = 'EARNINGS_GAIN_REAL' and is_in_denominator
),

-- The cost of a stay is known when it is known for every programme year of the stay.
cost as (
    select
        period_key,
        definition_version,
        case when count(metric_amount) = count(*) then sum(metric_amount) end as cost_usd
    from {{ ref('fct_cost_outcome') }}
    group by period_key, definition_version
),

measured as (
    select
        gain.period_key,
        gain.program_year,
        parameter.definition_version,
        gain.is_in_denominator as has_gain,
        gain.is_in_denominator and cost.cost_usd is not null as is_measured,
        gain.metric_amount as gain_usd,
        real_gain.metric_amount as real_gain_usd,
        cost.cost_usd,
        gain.is_pending,
        gain.is_unmatched,
        gain.exclusion_code
    from gain
    cross join parameter
    left join cost
        on gain.period_key = cost.period_key
        and parameter.definition_version = cost.definition_version
    left join real_gain
        on gain.period_key = real_gain.period_key
),

cohort as (
    select distinct cast(program_year as varchar) as exit_cohort, program_year from gain
    union all
    select 'ALL' as exit_cohort, cast(null as integer) as program_year
),

summed as (
    select
        period_program.program_code,
        cohort.exit_cohort,
        period_slice.slice_code,
        period_slice.slice_value,
        measured.definition_version,
        count(*) as exited_count,
        sum(case when measured.has_gain then 1 else 0 end) as gain_known_count,
        sum(case when measured.is_measured then 1 else 0 end) as measured_count,
        sum(case when measured.is_measured then measured.gain_usd end) as gain_usd,
        {{ median_usd('case when measured.is_measured then measured.gain_usd end') }} as median_gain_usd,
        sum(case when measured.is_measured then measured.real_gain_usd end) as real_gain_usd,
        count(case when measured.is_measured then measured.real_gain_usd end) as real_gain_count,
        sum(case when measured.is_measured then measured.cost_usd end) as cost_usd,
        sum(case when measured.is_pending then 1 else 0 end) as pending_count,
        sum(case when measured.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case
            when measured.exclusion_code is not null or (measured.has_gain and measured.cost_usd is null) then 1 else 0
        end) as excluded_count,
        sum(case when measured.exclusion_code = 'EXIT_REASON' then 1 else 0 end) as excluded_exit_reason_count,
        sum(case when measured.exclusion_code = 'WAGES_NOT_ON_FILE' then 1 else 0 end) as excluded_wages_not_on_file_count,
        sum(case when measured.has_gain and measured.cost_usd is null then 1 else 0 end) as excluded_cost_unknown_count
    from measured
    inner join cohort
        on cohort.program_year is null or measured.program_year = cohort.program_year
    inner join period_program
        on measured.period_key = period_program.period_key
    inner join period_slice
        on measured.period_key = period_slice.period_key
    group by
        period_program.program_code, cohort.exit_cohort, period_slice.slice_code, period_slice.slice_value,
        measured.definition_version
),

reasoned as (
    select
        *,
        case
            when measured_count > 0 and cost_usd <= 0 then 'COST_NOT_POSITIVE'
            when measured_count > 0 then null
            when gain_known_count > 0 then 'COST_UNKNOWN'
            when pending_count > 0 then 'WAGES_PENDING'
            when unmatched_count > 0 or excluded_wages_not_on_file_count > 0 then 'WAGES_MISSING'
            else 'EXCLUDED'
        end as null_reason_code
    from summed
),

valued as (
    select
        reasoned.*,
        parameter.horizon_years,
        parameter.discount_rate,
        parameter.timing_code,
        parameter.cost_allocation_code,
        parameter.tax_share,
        parameter.net_window_code,
        case when parameter.benefit_reduction_usd is null then 'NOT_KNOWN' else 'KNOWN' end as benefit_reduction_code,
        cast(reasoned.gain_usd as double) as gain,
        case when reasoned.null_reason_code is null then cast(reasoned.cost_usd as double) end as cost,
        cast(reasoned.gain_usd as double) * cast(parameter.annuity_factor as double) as present_value,
        cast(reasoned.gain_usd as double) * cast(parameter.tax_share as double)
            + coalesce(cast(parameter.benefit_reduction_usd as double), 0) * reasoned.measured_count as public_return
    from reasoned
    inner join parameter
        on reasoned.definition_version = parameter.definition_version
),

returned as (
    select
        *,
        cast((gain - cost) / cost as decimal(14, 4)) as simple_roi,
        cast((present_value - cost) / cost as decimal(14, 4)) as multi_year_roi,
        cast((public_return - cost) / cost as decimal(14, 4)) as taxpayer_roi,
        case when gain > 0 then cost / (gain / 4) end as payback
    from valued
),

-- Return on what the programme changed, of a whole programme and all years only: the effect of a year against the mean cost.
netted as (
    select
        returned.*,
        impact.effect_value * 4 as net_gain,
        {% for value in ['effect', 'low', 'high'] -%}
        cast((impact.{{ value }}_value * 4 * returned.measured_count - returned.cost) / returned.cost as decimal(14, 4))
            as net_{{ value }}_roi,
        {% endfor -%}
        case
            when returned.exit_cohort <> 'ALL' or returned.slice_code <> 'ALL' then 'NOT_OF_A_PART'
            when impact.program_code is null then 'NO_COMPARISON'
            when impact.not_estimated_reason is not null then 'IMPACT_' || impact.not_estimated_reason
            else returned.null_reason_code
        end as net_null_reason_code
    from returned
    left join impact
        on returned.program_code = impact.program_code
        and returned.net_window_code = impact.window_code
        and returned.exit_cohort = 'ALL'
        and returned.slice_code = 'ALL'
),

-- Equitable return: each group beside the reference group of its slice, where both are large enough and known (rules 7).
compared as (
    select
        netted.*,
        slice.reference_value,
        reference.simple_roi as reference_simple_roi,
        case
            when netted.measured_count >= least_count.parameter_value
                and reference.measured_count >= least_count.parameter_value
                and netted.slice_value <> 'Unknown' and netted.slice_value <> 'Not stated'
                then cast(netted.simple_roi - reference.simple_roi as decimal(14, 4))
        end as simple_roi_gap
    from netted
    cross join least_count
    inner join slice
        on netted.slice_code = slice.slice_code
    left join returned as reference
        on netted.program_code = reference.program_code
        and netted.exit_cohort = reference.exit_cohort
        and netted.definition_version = reference.definition_version
        and slice.reference_slice_code = reference.slice_code
        and slice.reference_value = reference.slice_value
),

final as (
    select
        compared.program_code,
        compared.exit_cohort,
        compared.slice_code,
        compared.slice_value,
        cast(compared.measured_count as bigint) as numerator_count,
        cast(compared.exited_count - compared.excluded_exit_reason_count as bigint) as denominator_count,
        cast(
            cast(compared.measured_count as double) / nullif(compared.exited_count - compared.excluded_exit_reason_count, 0)
            as decimal(7, 6)
        ) as coverage_share,
        cast(compared.gain_usd as decimal(14, 2)) as gain_usd,
        cast(compared.gain / nullif(compared.measured_count, 0) as decimal(14, 2)) as mean_gain_usd,
        compared.median_gain_usd,
        cast(compared.real_gain_count as bigint) as real_gain_count,
        cast(compared.real_gain_usd as decimal(14, 2)) as real_gain_usd,
        cast(cast(compared.real_gain_usd as double) / nullif(compared.real_gain_count, 0) as decimal(14, 2))
            as mean_real_gain_usd,
        cast(compared.cost_usd as decimal(14, 2)) as cost_usd,
        cast(cast(compared.cost_usd as double) / nullif(compared.measured_count, 0) as decimal(14, 2)) as mean_cost_usd,
        compared.simple_roi,
        cast(compared.present_value as decimal(14, 2)) as present_value_usd,
        compared.multi_year_roi,
        cast(compared.public_return as decimal(14, 2)) as public_return_usd,
        compared.taxpayer_roi,
        compared.benefit_reduction_code,
        cast(compared.payback as decimal(14, 3)) as payback_quarters,
        cast(ceil(cast(compared.payback as decimal(14, 6))) as bigint) as payback_whole_quarters,
        compared.null_reason_code,
        case
            when compared.null_reason_code is not null then compared.null_reason_code
            when compared.gain <= 0 then 'GAIN_NOT_POSITIVE'
        end as payback_null_reason_code,
        cast(compared.net_gain as decimal(14, 2)) as net_gain_usd,
        compared.net_effect_roi as net_roi,
        compared.net_low_roi,
        compared.net_high_roi,
        compared.net_null_reason_code,
        compared.reference_value,
        compared.reference_simple_roi,
        compared.simple_roi_gap,
        compared.cost_allocation_code,
        compared.horizon_years,
        compared.discount_rate,
        compared.timing_code,
        compared.tax_share,
        compared.net_window_code,
        cast(compared.pending_count as bigint) as pending_count,
        cast(compared.unmatched_count as bigint) as unmatched_count,
        cast(compared.excluded_count as bigint) as excluded_count,
        cast(compared.excluded_exit_reason_count as bigint) as excluded_exit_reason_count,
        cast(compared.excluded_wages_not_on_file_count as bigint) as excluded_wages_not_on_file_count,
        cast(compared.excluded_cost_unknown_count as bigint) as excluded_cost_unknown_count,
        build.as_of_date,
        compared.definition_version,
        build.run_id
    from compared
    cross join build
)

select * from final
