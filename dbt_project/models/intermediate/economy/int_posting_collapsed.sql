-- One row per posting: what its newest snapshot says, and until when it was up. A posting that is absent from later
-- snapshots of its source was last up on the day it was last seen (e34).
with

snapshot as (
    select * from {{ ref('stg_job_posting_snapshot') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

known as (
    select snapshot.*
    from snapshot
    cross join build
    where snapshot.snapshot_date <= build.as_of_date
),

newest as (
    select
        posting_source,
        max(snapshot_date) as last_snapshot_date
    from known
    group by posting_source
),

ranked as (
    select
        *,
        row_number() over (partition by posting_id, posting_source order by snapshot_date desc, _extract_ts desc) as recency,
        min(posted_date) over (partition by posting_id, posting_source) as first_posted_date
    from known
),

final as (
    select
        ranked.posting_source,
        ranked.posting_id,
        coalesce(ranked.ean, upper(trim(ranked.posting_employer_name)), 'posting ' || ranked.posting_id) as poster,
        ranked.ean,
        ranked.soc_code,
        ranked.naics_sector_code,
        ranked.job_town_code,
        ranked.wda_code,
        ranked.first_posted_date as posted_date,
        case
            when ranked.posting_closed_date <= ranked.snapshot_date then ranked.posting_closed_date
            else ranked.snapshot_date
        end as last_open_date,
        coalesce(ranked.posting_closed_date > ranked.snapshot_date, true)
            and ranked.snapshot_date = newest.last_snapshot_date as is_open,
        ranked.offered_hourly_wage_min_usd,
        ranked.offered_hourly_wage_max_usd,
        ranked.is_bachelor_required
    from ranked
    inner join newest
        on coalesce(ranked.posting_source, '') = coalesce(newest.posting_source, '')
    where ranked.recency = 1
)

select * from final
