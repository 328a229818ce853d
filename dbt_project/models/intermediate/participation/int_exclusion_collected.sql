{{ config(materialized="view") }}

-- Deaths and other reasons that leave a person out, as learned from elsewhere than the exit (e17): from when and until when
-- each is in force. What is final has no end.
with

exclusion as (
    select * from {{ ref('stg_death_or_exclusion') }} where person_key is not null and exit_reason_code is not null
),

final as (
    select
        person_key,
        exit_reason_code,
        exclusion_date as from_date,
        max(case
            when is_final or exclusion_end_date is null then cast('9999-12-31' as date)
            else exclusion_end_date
        end) as to_date
    from exclusion
    group by person_key, exit_reason_code, exclusion_date
)

select * from final
