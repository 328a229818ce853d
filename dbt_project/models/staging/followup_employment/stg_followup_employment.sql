with

visible as (
    {{ visible_rows(
        'followup_employment',
        key=['participant_id', 'exit_date', 'followup_quarter', 'followup_source'],
    ) }}
),

followup_source as (
    select * from {{ ref('ref_followup_source') }}
),

employed_after_exit as (
    select * from {{ ref('ref_employed_after_exit') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.participant_id,
        visible.exit_date as source_exit_date,
        cast(left(visible.followup_quarter, 4) as integer) * 4
        + cast(right(visible.followup_quarter, 1) as integer) - 1 as quarter_index,
        visible.followup_source as followup_source_code,
        followup_source.is_wage_record,
        followup_source.is_wioa_only,
        followup_source.employment_match as employment_match_code,
        -- s12: a subsidised job does not count, whatever the evidence.
        employed_after_exit.is_employed and coalesce(visible.is_subsidised_job, '0') <> '1' as is_employed,
        {{ yes_no('visible.is_subsidised_job') }} as is_subsidised_job,
        visible.followup_earnings_usd as earnings_usd,
        visible.employer_name,
        visible.fein,
        visible.naics_code,
        {{ yes_no('visible.training_related_employment') }} as is_training_related_employment,
        visible.followup_verified_date as verified_date
    from visible
    left join followup_source
        on visible.followup_source = followup_source.code
    left join employed_after_exit
        on visible.followup_employed = employed_after_exit.code
)

select * from final
