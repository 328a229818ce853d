with

service as (
    select * from {{ ref('int_service_placed') }}
),

final as (
    select
        service_id,
        person_key,
        program_code,
        participation_key,
        common_period_key,
        service_code,
        service_category_code,
        service_start_date,
        service_end_date,
        service_status_code,
        is_event as is_qualifying,
        is_planned,
        is_open,
        is_training,
        training_type_code,
        is_credential_training,
        is_skill_training,
        provider_id,
        cip_code,
        onet_code,
        is_completed,
        is_staff_assisted,
        cast(service_cost_usd as decimal(14, 2)) as service_cost_usd
    from service
)

select * from final
