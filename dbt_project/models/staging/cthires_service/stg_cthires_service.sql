with

visible as (
    {{ visible_rows('cthires_service', key=['service_id']) }}
),

service_code as (
    select * from {{ ref('ref_service_code') }}
),

training_type as (
    select * from {{ ref('ref_training_type') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.service_id,
        visible.participant_id,
        visible.program_code,
        visible.service_code,
        service_code.category as service_category_code,
        case
            when visible.program_code = 'YOUTH' then service_code.qualifies_youth
            else service_code.qualifies_extend
        end as is_qualifying_kind,
        visible.service_start_date,
        visible.service_end_date,
        visible.service_status as service_status_code,
        visible.provider_id,
        visible.training_type as training_type_code,
        service_code.category = 'training' as is_training,
        service_code.category = 'training' and coalesce(training_type.in_credential_denominator, false)
            as is_credential_training,
        service_code.category = 'training' and coalesce(training_type.in_msg_denominator, false) as is_skill_training,
        visible.cip_code,
        visible.onet_code,
        {{ yes_no('visible.completed') }} as is_completed,
        {{ yes_no('visible.staff_assisted') }} as is_staff_assisted,
        visible.service_cost_usd
    from visible
    left join service_code
        on visible.service_code = service_code.code
    left join training_type
        on visible.training_type = training_type.code
)

select * from final
