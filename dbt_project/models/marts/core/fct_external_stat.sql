with

stat as (
    select * from {{ ref('int_stat_collected') }}
),

final as (
    select
        series_id,
        series_title,
        geo_code,
        stat_period as stat_period_code,
        stat_vintage as stat_vintage_code,
        stat_value,
        stat_unit_code,
        stat_status_code,
        is_estimate_or_target,
        stat_citation,
        as_of_date as stat_as_of_date
    from stat
)

select * from final
