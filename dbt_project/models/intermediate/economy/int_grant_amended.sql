-- One row per grant: its highest amendment. Where nobody says, what is awarded by the first is replaced by the last.
with

ranked as (
    select
        *,
        row_number() over (
            partition by grant_id order by amendment_no desc, _extract_ts desc, _batch_id desc, _row_no desc
        ) as recency
    from {{ ref('stg_grant_award') }}
),

final as (
    select * from ranked where recency = 1
)

select * from final
