-- One row per opening: postings of one employer for one occupation in one town follow each other when the next goes up no
-- more than the parameter's days after the last came down; a re-post is the same opening (G1.1).
with

posting as (
    select * from {{ ref('int_posting_collapsed') }}
),

gap as (
    {{ in_force(ref('ref_parameter'), ['parameter_code'], ref('stg_build')) }} and parameter_code = 'REPOST_GAP_DAYS'
),

followed as (
    select
        *,
        max(last_open_date) over (
            partition by poster, soc_code, job_town_code order by posted_date, last_open_date, posting_source, posting_id
            rows between unbounded preceding and 1 preceding
        ) as open_before_date
    from posting
),

marked as (
    select
        followed.*,
        case
            when followed.open_before_date is null
                or {{ days_between('followed.open_before_date', 'followed.posted_date') }} > gap.parameter_value then 1
            else 0
        end as is_first
    from followed
    cross join gap
),

numbered as (
    select
        *,
        sum(is_first) over (
            partition by poster, soc_code, job_town_code order by posted_date, last_open_date, posting_source, posting_id
            rows between unbounded preceding and current row
        ) as opening_no
    from marked
),

final as (
    select
        min(case when is_first = 1 then coalesce(posting_source, '') || '-' || posting_id end) as opening_id,
        min(ean) as ean,
        soc_code,
        max(naics_sector_code) as naics_sector_code,
        job_town_code,
        max(wda_code) as wda_code,
        min(posted_date) as posted_date,
        max(last_open_date) as last_open_date,
        max(case when is_open then 1 else 0 end) = 1 as is_open,
        count(*) as posting_count,
        max(offered_hourly_wage_min_usd) as offered_hourly_wage_min_usd,
        max(offered_hourly_wage_max_usd) as offered_hourly_wage_max_usd,
        max(case when is_bachelor_required then 1 when not is_bachelor_required then 0 end) = 1 as is_bachelor_required
    from numbered
    group by poster, soc_code, job_town_code, opening_no
)

select * from final
