{{ config(materialized="view") }}

-- PIRL records of known persons, one per person, programme and entry date: two numbers of one person are one record.
with

record as (
    select * from {{ ref('stg_cthires_pirl') }} where person_key is not null
),

participation_level as (
    select * from {{ ref('ref_participation_level') }}
),

ranked as (
    select
        record.*,
        participation_level.is_participant,
        row_number() over (
            partition by record.person_key, record.program_code, record.entry_date, participation_level.is_participant
            order by record._extract_ts desc, record._batch_id desc, record._row_no desc
        ) as recency
    from record
    inner join participation_level
        on record.participation_level_code = participation_level.code
),

final as (
    select *
    from ranked
    where recency = 1
)

select * from final
