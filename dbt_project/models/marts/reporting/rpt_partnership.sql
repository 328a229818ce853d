with

membership as (
    select * from {{ ref('fct_rsp_membership') }}
),

grant_award as (
    select * from {{ ref('fct_grant') }} where rsp_id is not null
),

period as (
    select * from {{ ref('fct_program_period') }} where source_name = 'gjc_participant'
),

build as (
    select * from {{ ref('dim_build') }}
),

-- Looked at on the last day of each quarter, the running one on the as-of day.
day as (
    select
        quarter.quarter,
        quarter.start_date,
        {{ earlier_of('quarter.end_date', 'build.as_of_date') }} as counted_date
    from {{ ref('dim_quarter') }} as quarter
    cross join build
    where quarter.start_date <= build.as_of_date
),

partnership as (
    select
        rsp_id,
        max(rsp_label) as rsp_label,
        max(sector_code) as sector_code,
        max(wda_code) as wda_code,
        min(joined_date) as first_joined_date
    from membership
    group by rsp_id
),

shown as (
    select rsp_id, rsp_id as only_rsp_id, rsp_label, sector_code, wda_code, first_joined_date from partnership
    union all
    select 'ALL', null, 'All partnerships', null, null, min(first_joined_date) from partnership
),

cell as (
    select shown.*, day.quarter, day.start_date, day.counted_date
    from shown
    inner join day
        on shown.first_joined_date <= day.counted_date
),

joined as (
    select
        cell.rsp_id,
        cell.quarter,
        count(distinct membership.rsp_id) as active_partnership_count,
        count(distinct case when membership.is_employer_role then membership.employer_key end) as employer_count,
        count(*) as membership_count,
        sum(case when membership.joined_date >= cell.start_date then 1 else 0 end) as joined_count
    from cell
    inner join membership
        on (cell.only_rsp_id is null or membership.rsp_id = cell.only_rsp_id)
        and {{ is_member_on('membership', 'cell.counted_date') }}
    group by cell.rsp_id, cell.quarter
),

granted as (
    select
        cell.rsp_id,
        cell.quarter,
        count(*) as grant_count,
        sum(grant_award.award_usd) as award_usd
    from cell
    inner join grant_award
        on (cell.only_rsp_id is null or grant_award.rsp_id = cell.only_rsp_id)
        and grant_award.grant_start_date <= cell.counted_date
        and (grant_award.grant_end_date is null or grant_award.grant_end_date >= cell.counted_date)
    group by cell.rsp_id, cell.quarter
),

trained as (
    select
        cell.rsp_id,
        cell.quarter,
        count(*) as trainee_count
    from cell
    inner join period
        on (cell.only_rsp_id is null or period.provider_id = cell.only_rsp_id)
        and period.entry_date <= cell.counted_date
        and (period.exit_date is null or period.exit_date >= cell.start_date)
    group by cell.rsp_id, cell.quarter
),

final as (
    select
        cell.quarter,
        cell.rsp_id,
        cell.rsp_label,
        cell.sector_code,
        cell.wda_code,
        cell.counted_date,
        cast(coalesce(joined.active_partnership_count, 0) as bigint) as active_partnership_count,
        cast(coalesce(joined.employer_count, 0) as bigint) as employer_count,
        cast(coalesce(joined.membership_count, 0) as bigint) as membership_count,
        cast(coalesce(joined.joined_count, 0) as bigint) as joined_count,
        cast(coalesce(granted.grant_count, 0) as bigint) as joint_grant_count,
        cast(coalesce(granted.award_usd, 0) as decimal(18, 2)) as joint_grant_usd,
        cast(coalesce(trained.trainee_count, 0) as bigint) as trainee_count,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from cell
    cross join build
    left join joined
        on cell.rsp_id = joined.rsp_id and cell.quarter = joined.quarter
    left join granted
        on cell.rsp_id = granted.rsp_id and cell.quarter = granted.quarter
    left join trained
        on cell.rsp_id = trained.rsp_id and cell.quarter = trained.quarter
)

select * from final
