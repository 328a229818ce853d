-- Wages are counted per identity before people are looked up; only keys sent more than once are ranked.
create or replace temp table batch as
select batch_id, submission_mode = 'delta' as is_delta, visible_batch.extract_ts, visible_batch.period, place, coalesce(visible_batch.submitter, '') as submitter,
    coalesce(try_cast(substr(visible_batch.period, 1, 4) as integer) * 4 + try_cast(substr(visible_batch.period, 6) as integer) - 1, -1) as quarter_index
from warehouse.ledger.visible_batch join warehouse.ledger.batch using (batch_id);
create or replace temp table stray_older as
with stray as (
    select distinct ssn_token, ean, wage_year, wage_quarter_number, filing_seq
    from warehouse.raw.raw_ui_wage join batch on _batch_id = batch_id
    where is_delta or wage_year * 4 + wage_quarter_number - 1 <> quarter_index
)
select _batch_id, _row_no
from warehouse.raw.raw_ui_wage as raw_rows
join stray using (ssn_token, ean, wage_year, wage_quarter_number, filing_seq)
join batch on _batch_id = batch_id
left join warehouse.linkage.person_crosswalk using (identity_key)
qualify rank() over (
    partition by ssn_token, person_key, ean, wage_year, wage_quarter_number, filing_seq
    order by extract_ts desc, period desc, place desc, batch_id desc
) > 1;
create or replace temp table wage_counted as
select identity_key, count(*) as record_count
from warehouse.raw.raw_ui_wage as raw_rows
where _batch_id in (select batch_id from batch) and coalesce(_record_action, '') <> 'D'
    and not exists (from stray_older where stray_older._batch_id = raw_rows._batch_id and stray_older._row_no = raw_rows._row_no)
group by identity_key;
create or replace temp table quarter_counted as
with repeated as (
    select ssn_token, identity_key, wage_year, wage_quarter_number
    from warehouse.raw.raw_ui_wage_person_quarter
    where _batch_id in (select batch_id from batch)
    group by all having count(*) > 1 or bool_or(coalesce(_record_action, '') = 'D')
)
select identity_key, count(*) as record_count
from (
    select identity_key
    from warehouse.raw.raw_ui_wage_person_quarter as raw_rows
    where _batch_id in (select batch_id from batch)
        and not exists (
            from repeated
            where (repeated.ssn_token, repeated.identity_key, repeated.wage_year, repeated.wage_quarter_number)
                is not distinct from (raw_rows.ssn_token, raw_rows.identity_key, raw_rows.wage_year, raw_rows.wage_quarter_number)
        )
    union all
    select identity_key
    from (
        select raw_rows.identity_key, _record_action
        from warehouse.raw.raw_ui_wage_person_quarter as raw_rows
        join repeated using (ssn_token, identity_key, wage_year, wage_quarter_number)
        join batch on _batch_id = batch_id
        qualify row_number() over (
            partition by submitter, ssn_token, identity_key, wage_year, wage_quarter_number
            order by extract_ts desc, period desc, place desc, batch_id desc, _row_no desc
        ) = 1
    )
    where coalesce(_record_action, '') <> 'D'
)
group by identity_key;
select person_key, 'adult_ed' as source_name, count(*) as record_count from staging.stg_adult_ed where person_key is not null group by person_key union all
select person_key, 'apprenticeship' as source_name, count(*) as record_count from staging.stg_apprenticeship where person_key is not null group by person_key union all
select person_key, 'career_connect' as source_name, count(*) as record_count from staging.stg_career_connect where person_key is not null group by person_key union all
select person_key, 'career_loan' as source_name, count(*) as record_count from staging.stg_career_loan where person_key is not null group by person_key union all
select person_key, 'cthires_participant' as source_name, count(*) as record_count from staging.stg_cthires_participant where person_key is not null group by person_key union all
select person_key, 'cthires_pirl' as source_name, count(*) as record_count from staging.stg_cthires_pirl where person_key is not null group by person_key union all
select person_key, 'death_or_exclusion' as source_name, count(*) as record_count from staging.stg_death_or_exclusion where person_key is not null group by person_key union all
select person_key, 'dual_credit' as source_name, count(*) as record_count from staging.stg_dual_credit where person_key is not null group by person_key union all
select person_key, 'gjc_participant' as source_name, count(*) as record_count from staging.stg_gjc_participant where person_key is not null group by person_key union all
select person_key, 'mif_iwt_training' as source_name, count(*) as record_count from staging.stg_mif_iwt_training where person_key is not null group by person_key union all
select person_key, 'nsc_studenttracker' as source_name, count(*) as record_count from staging.stg_nsc_studenttracker where person_key is not null group by person_key union all
select person_key, 'portal_registration' as source_name, count(*) as record_count from staging.stg_portal_registration where person_key is not null group by person_key union all
select person_key, 'postsecondary_award' as source_name, count(*) as record_count from staging.stg_postsecondary_award where person_key is not null group by person_key union all
select person_key, 'postsecondary_term' as source_name, count(*) as record_count from staging.stg_postsecondary_term where person_key is not null group by person_key union all
select person_key, 'scholarship_award' as source_name, count(*) as record_count from staging.stg_scholarship_award where person_key is not null group by person_key union all
select person_key, 'ui_wage', sum(record_count)::bigint from wage_counted join warehouse.linkage.person_crosswalk using (identity_key) where person_key is not null group by person_key union all
select person_key, 'ui_wage_person_quarter', sum(record_count)::bigint from quarter_counted join warehouse.linkage.person_crosswalk using (identity_key) where person_key is not null group by person_key
