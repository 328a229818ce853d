with

visible as (
    {{ visible_rows('external_stat', key=['series_id', 'geo_code', 'stat_period', 'stat_vintage']) }}
),

stat_status as (
    select * from {{ ref('ref_stat_status') }}
),

final as (
    select
        visible._extract_ts,
        visible.series_id,
        visible.series_title,
        visible.geo_code,
        visible.stat_period,
        visible.stat_vintage,
        visible.stat_value,
        visible.stat_unit as stat_unit_code,
        visible.stat_status as stat_status_code,
        coalesce(stat_status.looks_ahead, false) as is_estimate_or_target,
        visible.stat_citation,
        visible.as_of_date
    from visible
    left join stat_status
        on visible.stat_status = stat_status.code
)

select * from final
