with

target as (
    select * from {{ ref('ref_indicator_target') }}
),

target_status as (
    select * from {{ ref('ref_target_status') }}
),

ranked as (
    select
        target.*,
        target_status.is_binding,
        row_number() over (
            partition by target.program_code, target.indicator_code, target.program_year order by target_status.rank
        ) as place
    from target
    inner join target_status
        on target.target_status_code = target_status.code
),

final as (
    select
        program_code,
        indicator_code,
        cast(program_year as integer) as program_year,
        target_status_code,
        is_binding,
        cast(target_share as decimal(7, 6)) as target_share,
        cast(target_usd as decimal(14, 2)) as target_usd,
        source as target_source
    from ranked
    where place = 1
)

select * from final
