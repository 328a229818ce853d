{#- PIRL number: what it is, theirs, ours, and what else must hold to compare (quarters only where exits are in one quarter). -#}
{%- set same_exit = 'is_same_exit_quarter' -%}
{%- set elements = [
    ('900', 'Date of program entry', 'entry_date', 'our_entry_date', 'true'),
    ('901', 'Date of program exit', 'source_exit_date', 'our_exit_date', 'participation_key is not null'),
    ('923', 'Other reason for exit', 'exit_reason_code', 'our_exit_reason_code', same_exit),
    ('1618', 'Same employer in the second and the fourth quarter', 'is_same_employer_q2_q4', 'our_same_employer', same_exit),
    ('1801', 'Date of first credential', 'first_credential_date', 'our_credential_date', same_exit),
] -%}
{%- for number in [1, 2, 3, 4] -%}
{%- do elements.append((
    (1598 + 2 * number) | string, 'Employed in quarter ' ~ number ~ ' after exit', 'is_employed_q' ~ number,
    'our_employed_q' ~ number, same_exit,
)) -%}
{%- do elements.append((
    (1702 + number) | string, 'Earnings in quarter ' ~ number ~ ' after exit', 'nullif(earnings_q' ~ number ~ '_usd, 0)',
    'our_earnings_q' ~ number ~ '_usd', same_exit,
)) -%}
{%- endfor -%}
{%- set gains = {
    'MSG_EFL': ('1806', 'msg_efl_date', 'Latest level gain'),
    'MSG_PS': ('1807', 'msg_postsecondary_date', 'Latest postsecondary transcript'),
    'MSG_SEC': ('1808', 'msg_secondary_date', 'Latest secondary transcript'),
    'MSG_MILE': ('1809', 'msg_milestone_date', 'Latest training milestone'),
    'MSG_SKILL': ('1810', 'msg_skill_date', 'Latest skills progression'),
} -%}
{%- for gain_type_code, gain in gains.items() -%}
{%- do elements.append((gain[0], gain[2], gain[1], 'our_' ~ gain[1], 'participation_key is not null')) -%}
{%- endfor -%}
with

record as (
    select * from {{ ref('int_pirl_record_kept') }}
),

participation as (
    select * from {{ ref('fct_participation') }}
),

quarter as (
    select
        participation_key,
        {% for number in [1, 2, 3, 4] -%}
        max(case when quarters_after_exit = {{ number }} and not is_pending then case when is_employed then 1 else 0 end end) = 1
            as our_employed_q{{ number }},
        max(case when quarters_after_exit = {{ number }} then wage_usd end) as our_earnings_q{{ number }}_usd{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_participation_quarter') }}
    group by participation_key
),

retention as (
    select * from {{ ref('fct_participation_retention') }}
),

credential_window as (
    select * from {{ ref('fct_participation_credential') }}
),

credential as (
    select * from {{ ref('fct_credential') }} where is_counted_for_program
),

skill_gain as (
    select * from {{ ref('fct_skill_gain') }}
),

-- The period that was open on the record's day of entry: two records within the gap are one period (rules s3).
placed as (
    select
        record.person_key,
        record.program_code,
        record.entry_date,
        record.is_participant,
        participation.participation_key,
        row_number() over (
            partition by record.person_key, record.program_code, record.entry_date, record.is_participant
            order by participation.entry_date desc
        ) as nearness
    from record
    inner join participation
        on record.person_key = participation.person_key
        and record.program_code = participation.program_code
        and record.is_participant = participation.is_participant
        and participation.entry_date <= record.entry_date
        and (participation.exit_date is null or participation.exit_date >= record.entry_date)
),

compared as (
    select
        record.*,
        {{ participation_key('record.person_key', 'record.program_code', 'record.entry_date') }}
            || case when record.is_participant then '' else '-R' end as record_key,
        {% for number in [1, 2, 3] -%}
        record.credential_date_{{ number }} as date_{{ number }},
        {% endfor -%}
        participation.participation_key,
        participation.entry_date as our_entry_date,
        participation.exit_date as our_exit_date,
        case when participation.exit_date is not null then coalesce(participation.exit_reason_code, '00') end
            as our_exit_reason_code,
        coalesce({{ quarter_index('record.source_exit_date') }} = participation.exit_quarter_index, false)
            as is_same_exit_quarter
    from record
    left join placed
        on record.person_key = placed.person_key
        and record.program_code = placed.program_code
        and record.entry_date = placed.entry_date
        and record.is_participant = placed.is_participant
        and placed.nearness = 1
    left join participation
        on placed.participation_key = participation.participation_key
),

first_credential as (
    select
        compared.record_key,
        min(credential.award_date) as our_credential_date
    from compared
    inner join credential_window
        on compared.participation_key = credential_window.participation_key
    inner join credential
        on compared.person_key = credential.person_key
        and credential.award_date between compared.our_entry_date and credential_window.window_end_date
    group by compared.record_key
),

latest_gain as (
    select
        compared.record_key,
        {% for gain_type_code, gain in gains.items() -%}
        max(case when skill_gain.gain_type_code = '{{ gain_type_code }}' then skill_gain.gain_date end) as our_{{ gain[1] }}{{ ',' if not loop.last }}
        {% endfor %}
    from compared
    inner join skill_gain
        on compared.person_key = skill_gain.person_key
        and skill_gain.gain_date >= compared.our_entry_date
        and (compared.our_exit_date is null or skill_gain.gain_date <= compared.our_exit_date)
    group by compared.record_key
),

described as (
    select
        compared.*,
        {{ earlier_of('compared.date_1', earlier_of('compared.date_2', 'compared.date_3')) }} as first_credential_date,
        {% for number in [1, 2, 3, 4] -%}
        quarter.our_employed_q{{ number }},
        quarter.our_earnings_q{{ number }}_usd,
        {% endfor -%}
        case
            when not retention.is_pending and not retention.is_by_person_only
                and quarter.our_employed_q2 is not null and quarter.our_employed_q4 is not null
                then retention.has_same_employer_q4
        end as our_same_employer,
        first_credential.our_credential_date,
        {% for gain_type_code, gain in gains.items() -%}
        latest_gain.our_{{ gain[1] }}{{ ',' if not loop.last }}
        {% endfor %}
    from compared
    left join quarter
        on compared.participation_key = quarter.participation_key
    left join retention
        on compared.participation_key = retention.participation_key
    left join first_credential
        on compared.record_key = first_credential.record_key
    left join latest_gain
        on compared.record_key = latest_gain.record_key
),

laid_out as (
    {% for code, label, theirs, ours, condition in elements -%}
    select
        record_key,
        program_code,
        person_key,
        participation_key,
        '{{ code }}' as element_code,
        '{{ label }}' as element_label,
        cast({{ theirs }} as varchar) as reported_value,
        cast({{ ours }} as varchar) as our_value
    from described
    where {{ condition }} and is_participant
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        record_key,
        element_code,
        element_label,
        program_code,
        person_key,
        participation_key,
        reported_value,
        our_value,
        case
            when our_value is null then 'ONLY_THEIRS'
            when reported_value is null then 'ONLY_OURS'
            when reported_value = our_value then 'AGREE'
            else 'DIFFER'
        end as comparison_code
    from laid_out
    where reported_value is not null or our_value is not null
)

select * from final
