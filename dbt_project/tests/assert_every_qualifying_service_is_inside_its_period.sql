-- No qualifying service lies after the exit of the period it belongs to, and none belongs to no period (rules 1).
select
    service.service_id
from {{ ref('fct_service') }} as service
left join {{ ref('fct_participation') }} as participation
    on service.participation_key = participation.participation_key
where service.is_qualifying
    and (
        service.common_period_key is null
        or coalesce(service.service_end_date, service.service_start_date) > participation.exit_date
    )
