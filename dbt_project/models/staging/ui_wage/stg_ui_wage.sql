-- The newest extract wins on a repeated natural key, without ranking eighty million rows: inside one batch a key with
-- its name cannot repeat (the gate refuses it) and a period has one visible snapshot, so a key repeats only where a row
-- lies outside the quarter of its file or comes with a delta. Only those keys are ranked, and only among rows of one
-- person: a number is no proof of whose wage it is (rules s7, e4, e5). A row that deletes its key leaves none.
with

stray_key as (
    select distinct
        raw_rows.ssn_token,
        raw_rows.ean,
        raw_rows.wage_year,
        raw_rows.wage_quarter_number,
        raw_rows.filing_seq
    from {{ source('raw', 'raw_ui_wage') }} as raw_rows
    inner join {{ source('ledger', 'visible_batch') }} as visible_batch
        on raw_rows._batch_id = visible_batch.batch_id
    inner join {{ source('ledger', 'batch') }} as batch
        on raw_rows._batch_id = batch.batch_id
    where
        batch.submission_mode = 'delta'
        or visible_batch.period
        <> cast(raw_rows.wage_year as varchar) || 'Q' || cast(raw_rows.wage_quarter_number as varchar)
),

stray_ranked as (
    select
        raw_rows._batch_id,
        raw_rows._row_no,
        rank() over (
            partition by
                raw_rows.ssn_token, crosswalk.person_key, raw_rows.ean,
                raw_rows.wage_year, raw_rows.wage_quarter_number, raw_rows.filing_seq
            order by batch.extract_ts desc, batch.period desc, batch.place desc, batch.batch_id desc
        ) as recency
    from {{ source('raw', 'raw_ui_wage') }} as raw_rows
    inner join {{ source('ledger', 'visible_batch') }} as batch
        on raw_rows._batch_id = batch.batch_id
    inner join stray_key
        on raw_rows.ssn_token = stray_key.ssn_token
        and raw_rows.ean = stray_key.ean
        and raw_rows.wage_year = stray_key.wage_year
        and raw_rows.wage_quarter_number = stray_key.wage_quarter_number
        and raw_rows.filing_seq = stray_key.filing_seq
    left join {{ source('linkage', 'person_crosswalk') }} as crosswalk
        on raw_rows.identity_key = crosswalk.identity_key
),

stray_older as (
    select * from stray_ranked where recency > 1
),

final as (
    select
        raw_rows._batch_id,
        raw_rows._row_no,
        crosswalk.person_key,
        raw_rows.ssn_token,
        raw_rows.ean,
        raw_rows.fein,
        raw_rows.naics_code,
        raw_rows.wage_year * 4 + raw_rows.wage_quarter_number - 1 as quarter_index,
        raw_rows.filing_seq,
        raw_rows.wage_action as wage_action_code,
        raw_rows.wage_action = 'AMEND' and coalesce(batch.amend_mode, '') = 'delta' as is_difference,
        raw_rows.wage_usd
    from {{ source('raw', 'raw_ui_wage') }} as raw_rows
    inner join {{ source('ledger', 'visible_batch') }} as visible_batch
        on raw_rows._batch_id = visible_batch.batch_id
    inner join {{ source('ledger', 'batch') }} as batch
        on raw_rows._batch_id = batch.batch_id
    left join {{ source('linkage', 'person_crosswalk') }} as crosswalk
        on raw_rows.identity_key = crosswalk.identity_key
    left join stray_older
        on raw_rows._batch_id = stray_older._batch_id
        and raw_rows._row_no = stray_older._row_no
    where stray_older._row_no is null and coalesce(raw_rows._record_action, '') <> 'D'
)

select * from final
