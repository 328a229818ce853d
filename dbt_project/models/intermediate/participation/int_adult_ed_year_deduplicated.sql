-- One row per learner, fiscal year and entry date; `is_participant` is the whole period's, over all its fiscal years.
with

adult_ed as (
    select * from {{ ref('stg_adult_ed') }} where person_key is not null
),

period as (
    select * from {{ ref('int_adult_ed_period_derived') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, pop_fiscal_year, entry_date
            order by last_activity_date desc, pop_number, _extract_ts desc, _batch_id desc, _row_no desc
        ) as recency
    from adult_ed
),

final as (
    select
        ranked.*,
        period.is_participant
    from ranked
    inner join period
        on ranked.person_key = period.person_key
        and ranked.entry_date = period.entry_date
    where ranked.recency = 1
)

select * from final
