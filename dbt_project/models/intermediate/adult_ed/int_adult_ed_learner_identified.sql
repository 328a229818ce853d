{{ config(materialized="view") }}

-- The person behind a LACES number: tests and hours carry nothing else. The newest extract decides.
with

ranked as (
    select
        student_id,
        person_key,
        row_number() over (
            partition by student_id
            order by _extract_ts desc, pop_fiscal_year desc, entry_date desc, _batch_id desc, _row_no desc
        ) as recency
    from {{ ref('stg_adult_ed') }}
    where person_key is not null
),

final as (
    select
        student_id,
        person_key
    from ranked
    where recency = 1
)

select * from final
