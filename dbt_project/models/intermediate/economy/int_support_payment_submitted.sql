{{ config(materialized="view") }}

-- Supportive payments and who submitted them: two payers number their payments each for itself.
with

batch as (
    select * from {{ ref('stg_visible_batch') }}
),

final as (
    select
        payment.*,
        batch.submitter_code
    from {{ ref('stg_support_payment') }} as payment
    inner join batch
        on payment._batch_id = batch.batch_id
)

select * from final
