-- One row per person and agreement, with its end and the days on which it is employment (rules 4, s12): from the start to
-- completion or cancellation. A reinstated apprentice keeps one agreement that goes on, whatever cancellation it still
-- carries (e43). Of a cancellation without a date the end is not known, and no day after the first is known as employment.
with

apprenticeship as (
    select * from {{ ref('stg_apprenticeship') }} where person_key is not null
),

employer as (
    select * from {{ ref('int_employer_grouped') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, agreement_no order by _extract_ts desc, _batch_id desc, _row_no desc
        ) as recency
    from apprenticeship
),

ended as (
    select
        *,
        coalesce(
            completed_date, case when apprenticeship_status_code <> 'REINST' then terminated_date end
        ) as end_date
    from ranked
    where recency = 1
),

final as (
    select
        ended.*,
        employer.employer_key,
        coalesce(
            ended.end_date, case when ended.apprenticeship_status_code in ('COMP', 'CANC') then ended.start_date end
        ) as employed_to_date,
        ended.completed_date is null
            and (ended.end_date is not null or ended.apprenticeship_status_code = 'CANC') as is_cancelled
    from ended
    left join employer
        on ended.ean = employer.ean
)

select * from final
