-- Batches by number, strays by comparing integers; only chains with a correction are put in order.
create or replace temp table batch as
select batch_id, visible_batch.extract_ts, visible_batch.period, place,
    coalesce(amend_mode, '') = 'delta' as is_amend_delta,
    submission_mode = 'delta' as is_delta,
    coalesce(try_cast(substr(visible_batch.period, 1, 4) as integer) * 4 + try_cast(substr(visible_batch.period, 6) as integer) - 1, -1) as quarter_index
from warehouse.ledger.visible_batch join warehouse.ledger.batch using (batch_id)
where visible_batch.source = 'ui_wage';
create or replace temp table stray_older as
with stray as (
    select distinct ssn_token, ean, wage_year, wage_quarter_number, filing_seq
    from warehouse.raw.raw_ui_wage join batch on _batch_id = batch_id
    where is_delta or wage_year * 4 + wage_quarter_number - 1 <> quarter_index
)
select raw_rows.rowid as raw_id
from warehouse.raw.raw_ui_wage as raw_rows
join stray using (ssn_token, ean, wage_year, wage_quarter_number, filing_seq)
join batch on _batch_id = batch_id
left join warehouse.linkage.person_crosswalk using (identity_key)
qualify rank() over (
    partition by ssn_token, person_key, ean, wage_year, wage_quarter_number, filing_seq
    order by extract_ts desc, period desc, place desc, batch_id desc
) > 1;
create or replace temp table filing as
select raw_ui_wage.rowid as raw_id, person_key, ssn_token, ean, wage_year, wage_quarter_number
from warehouse.raw.raw_ui_wage
join batch on _batch_id = batch_id
join warehouse.linkage.person_crosswalk using (identity_key)
where (filing_seq <> 1 or wage_action <> 'ORIG') and coalesce(_record_action, '') <> 'D' and person_key is not null
    and raw_ui_wage.rowid not in (select raw_id from stray_older);
create or replace temp table chain as
select raw_rows.rowid as raw_id, ssn_token, person_key, ean, wage_year * 4 + wage_quarter_number - 1 as quarter_index, filing_seq, wage_action, wage_usd, naics_code, _batch_id, _row_no,
    is_amend_delta and wage_action = 'AMEND' as is_difference
from warehouse.raw.raw_ui_wage as raw_rows
join (select distinct ssn_token, ean, wage_year, wage_quarter_number, person_key as chain_person_key from filing) as corrected_chain using (ssn_token, ean, wage_year, wage_quarter_number)
join warehouse.linkage.person_crosswalk using (identity_key)
join batch on _batch_id = batch_id
where person_key = chain_person_key and coalesce(_record_action, '') <> 'D'
    and raw_rows.rowid not in (select raw_id from stray_older);
create or replace temp table corrected as
with ranked as (
    select *,
        max(filing_seq) filter (not is_difference) over w as base_filing_seq,
        row_number() over (
            partition by ssn_token, person_key, ean, quarter_index
            order by filing_seq desc, wage_action = 'VOID', _batch_id desc, _row_no desc
        ) as recency
    from chain
    window w as (partition by ssn_token, person_key, ean, quarter_index)
)
select person_key, ean, quarter_index,
    max(naics_code) filter (recency = 1) as naics_code,
    sum(case when wage_action = 'VOID' or filing_seq < coalesce(base_filing_seq, filing_seq) then 0 else wage_usd end) as wage_usd
from ranked
group by ssn_token, person_key, ean, quarter_index
having count(*) filter (recency = 1 and wage_action = 'VOID') = 0;
create or replace temp table left_out as select raw_id from stray_older union all select raw_id from chain;
with standing as (
    select person_key, ean, (wage_year * 4 + wage_quarter_number - 1)::integer as quarter_index, naics_code, wage_usd,
        false as was_corrected
    from warehouse.raw.raw_ui_wage as raw_rows
    join warehouse.linkage.person_crosswalk using (identity_key)
    where _batch_id in (select batch_id from batch) and coalesce(_record_action, '') <> 'D' and person_key is not null
        and not exists (from left_out where raw_id = raw_rows.rowid)
    union all
    select person_key, ean, quarter_index::integer, naics_code, wage_usd, true from corrected
),
summed as (
    select person_key, ean, quarter_index, max(naics_code) as naics_code,
        sum(wage_usd)::decimal(14, 2) as wage_usd, bool_or(was_corrected) as was_corrected
    from standing
    group by all
)
select person_key, ean, quarter_index, quarter, employer_key,
    summed.naics_code, wage_usd, was_corrected
from summed left join (select ean, employer_key from intermediate.int_employer_grouped) using (ean)
join (select quarter_index, quarter from core.dim_quarter) using (quarter_index)
