with

metric as (
    select * from {{ ref('ref_metric') }}
),

final as (
    select
        metric_code,
        definition_version,
        is_current,
        label as metric_label,
        family_code,
        definition,
        regulation,
        unit_code,
        statistic_code,
        is_lower_better,
        report_name,
        example
    from metric
)

select * from final
