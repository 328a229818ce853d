{{ config(materialized="view") }}

-- Programmes on the list of eligible training providers, with the days they are on it.
with

final as (
    select
        provider_id,
        etp_program_id,
        cip_code,
        valid_from_date,
        valid_to_date
    from {{ ref('stg_etp_program') }}
)

select * from final
