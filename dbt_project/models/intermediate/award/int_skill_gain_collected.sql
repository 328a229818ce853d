-- Measurable skill gains (rules 2): the five kinds CTHires reports, and a secondary diploma of any source.
with

event as (
    select * from {{ ref('int_event_resolved') }} where is_skill_gain
),

diploma as (
    select * from {{ ref('int_credential_collected') }} where is_diploma
),

collected as (
    select
        person_key,
        event_type_code as gain_type_code,
        event_date as gain_date
    from event
    union all
    select
        person_key,
        'DIPLOMA' as gain_type_code,
        award_date as gain_date
    from diploma
),

final as (
    select
        person_key,
        gain_type_code,
        gain_date,
        count(*) as evidence_count
    from collected
    group by person_key, gain_type_code, gain_date
)

select * from final
