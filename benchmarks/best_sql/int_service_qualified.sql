-- Newest rows by one number per row; a registration is the last one not after the service, or the first of all.
create or replace temp table batch as
select batch_id, coalesce(submitter, '') as submitter, extract_ts,
    (row_number() over (order by extract_ts, period, place, batch_id)) * 1000000000000 as batch_rank
from warehouse.ledger.visible_batch;
create or replace temp table newest as
select max(batch_rank + _row_no) as row_rank
from warehouse.raw.raw_cthires_service join batch on _batch_id = batch_id
group by submitter, service_id;
create or replace temp table registration as
select registration_key, participant_id, program_code, person_key, exit_group_code, has_common_exit, entry_date,
    case when is_first_entry then date '0001-01-01' else entry_date end as from_date
from intermediate.int_registration_resolved;
create or replace temp table participant as
select participant_id, arg_max(person_key, (entry_date, _extract_ts, -rank_no)) as person_key
from (select *, dense_rank() over (order by program_code) as rank_no from intermediate.int_registration_resolved)
group by participant_id;
with visible as (
    select raw_rows.*, extract_ts
    from warehouse.raw.raw_cthires_service as raw_rows
    join batch on _batch_id = batch_id
    where batch_rank + _row_no in (select row_rank from newest) and coalesce(_record_action, '') <> 'D'
),
judged as (
    select visible.*, registration.registration_key, registration.entry_date, registration.exit_group_code, registration.has_common_exit,
        coalesce(registration.person_key, participant.person_key) as person_key,
        code.category,
        case when visible.program_code = 'YOUTH' then qualifies_youth else qualifies_extend end as is_qualifying_kind,
        coalesce(training.in_credential_denominator, false) as is_credential,
        coalesce(training.in_msg_denominator, false) as is_msg,
        exit_rule.common_exit_group, exit_rule.gap_rule, exit_rule.gap_days,
        cast(build.as_of_date as date) as as_of_date,
        service_status = 'planned' or service_start_date > build.as_of_date as is_planned
    from visible
    join participant using (participant_id)
    asof join seeds.ref_exit_rule as exit_rule
        on visible.program_code = exit_rule.program_code and visible.service_start_date >= exit_rule.effective_date
    asof left join registration
        on visible.participant_id = registration.participant_id
        and visible.program_code = registration.program_code
        and visible.service_start_date >= registration.from_date
    left join seeds.ref_service_code as code on visible.service_code = code.code
    left join seeds.ref_training_type as training on visible.training_type = training.code
    cross join warehouse.ledger.build as build
)
select
    _batch_id, _row_no, extract_ts as _extract_ts, service_id, participant_id, program_code, service_code,
    category as service_category_code, is_qualifying_kind, service_start_date, service_end_date,
    service_status as service_status_code, provider_id, training_type as training_type_code,
    category = 'training' as is_training,
    category = 'training' and is_credential as is_credential_training,
    category = 'training' and is_msg as is_skill_training,
    cip_code, onet_code,
    case completed when '1' then true when '0' then false end as is_completed,
    case staff_assisted when '1' then true when '0' then false end as is_staff_assisted,
    service_cost_usd, as_of_date, person_key,
    coalesce(exit_group_code, common_exit_group, program_code) as exit_group_code,
    coalesce(has_common_exit, common_exit_group is not null) as has_common_exit,
    gap_rule, gap_days,
    case when service_start_date >= entry_date then registration_key end as registration_key,
    is_planned,
    service_status <> 'cancelled' and is_qualifying_kind as is_qualifying,
    service_status <> 'cancelled' and is_qualifying_kind and not is_planned as is_event,
    service_status <> 'cancelled' and is_qualifying_kind and not is_planned
        and case when service_end_date is null then service_status = 'open' else service_end_date > as_of_date end as is_open,
    least(as_of_date, coalesce(service_end_date, service_start_date)) as last_known_date
from judged
