{{ config(materialized="view") }}

-- Trainings of incumbent workers and who submitted them: two submitters number their contracts each for itself.
with

batch as (
    select * from {{ ref('stg_visible_batch') }}
),

final as (
    select
        training.*,
        batch.submitter_code
    from {{ ref('stg_mif_iwt_training') }} as training
    inner join batch
        on training._batch_id = batch.batch_id
)

select * from final
