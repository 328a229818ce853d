with

attributed as (
    select * from {{ ref('int_participation_attributed') }} where is_alone
),

exit_reason as (
    select * from {{ ref('ref_exit_reason') }}
),

exclusion as (
    select * from {{ ref('int_exclusion_collected') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

period as (
    select
        attributed.person_key,
        attributed.program_code,
        attributed.period_entry_date as entry_date,
        attributed.exit_date,
        {{ quarter_index('attributed.exit_date') }} as exit_quarter_index,
        attributed.exit_reason_code,
        quarter.start_date as measured_date
    from attributed
    left join quarter
        on {{ quarter_index('attributed.exit_date') }} + 2 = quarter.quarter_index
),

-- As in fct_participation_outcome: reasons learned later, in force on the day of exit or of the measured quarter (e17).
left_out as (
    select
        period.person_key,
        period.program_code,
        period.entry_date,
        min(exit_reason.code) as exclusion_code
    from period
    inner join exclusion
        on period.person_key = exclusion.person_key
        and (
            period.exit_date between exclusion.from_date and exclusion.to_date
            or period.measured_date between exclusion.from_date and exclusion.to_date
        )
    inner join exit_reason
        on exclusion.exit_reason_code = exit_reason.code
        and {{ is_excluding('exit_reason', 'period.program_code', "'EMP_Q2'") }}
    group by period.person_key, period.program_code, period.entry_date
),

final as (
    select
        period.person_key,
        period.program_code,
        period.entry_date,
        period.exit_date,
        period.exit_quarter_index,
        case when period.exit_date is not null then coalesce(exit_reason.code, left_out.exclusion_code) end as exclusion_code
    from period
    left join exit_reason
        on period.exit_reason_code = exit_reason.code
        and {{ is_excluding('exit_reason', 'period.program_code', "'EMP_Q2'") }}
    left join left_out
        on period.person_key = left_out.person_key
        and period.program_code = left_out.program_code
        and period.entry_date = left_out.entry_date
)

select * from final
