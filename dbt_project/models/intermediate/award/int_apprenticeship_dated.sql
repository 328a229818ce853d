-- One row per person and agreement (a reinstated apprentice keeps one, e43), with the days on which it is employment
-- (rules s12): from the start to completion or cancellation. A cancellation without a date ends it at its start.
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

final as (
    select
        ranked.*,
        employer.employer_key,
        case
            when ranked.completed_date is not null then ranked.completed_date
            when ranked.terminated_date is not null then ranked.terminated_date
            when ranked.apprenticeship_status_code in ('COMP', 'CANC') then ranked.start_date
        end as end_date
    from ranked
    left join employer
        on ranked.ean = employer.ean
    where ranked.recency = 1
)

select * from final
