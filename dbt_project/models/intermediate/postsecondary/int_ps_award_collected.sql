-- One row per award. A degree of the Clearinghouse is the award a college reports when college and type agree and the
-- two days lie no further apart than ref_credential_source allows (e23); each award answers for one degree at most.
with

award as (
    select
        *,
        row_number() over (order by person_key, ihe_unitid, conferred_date, award_level_code, cip_code, _batch_id, _row_no)
            as award_number
    from {{ ref('stg_postsecondary_award') }}
    where person_key is not null
),

reporting_college as (
    {{ reporting_college() }}
),

college as (
    select * from {{ ref('ref_college') }}
),

degree_title as (
    select * from {{ ref('ref_degree_title') }}
),

credential_source as (
    {{ in_force(ref('ref_credential_source'), ['code'], ref('stg_build')) }}
),

degree as (
    select
        clearinghouse.*,
        coalesce(reporting_college.institution_code, clearinghouse.opeid6) as institution_code,
        degree_title.award_level as award_level_code,
        degree_title.credential_type as credential_type_code,
        row_number() over (
            order by
                clearinghouse.person_key, clearinghouse.opeid6, clearinghouse.graduation_date, clearinghouse.degree_title,
                clearinghouse.degree_cip_code, clearinghouse._batch_id, clearinghouse._row_no
        ) as degree_number
    from {{ ref('stg_nsc_studenttracker') }} as clearinghouse
    left join reporting_college
        on clearinghouse.opeid6 = reporting_college.opeid6
    left join degree_title
        on upper(trim(clearinghouse.degree_title)) = degree_title.code
    where clearinghouse.person_key is not null and clearinghouse.record_kind_code = 'DEGREE'
),

candidate as (
    select
        award.award_number,
        degree.degree_number,
        abs({{ days_between('award.conferred_date', 'degree.graduation_date') }}) as days_apart,
        case when award.cip_code = degree.degree_cip_code then 0 else 1 end as cip_order
    from award
    inner join degree
        on award.person_key = degree.person_key
        and award.credential_type_code = degree.credential_type_code
    inner join credential_source
        on credential_source.code = 'nsc_studenttracker'
        and abs({{ days_between('award.conferred_date', 'degree.graduation_date') }}) <= credential_source.same_credential_days
    left join college
        on award.ihe_unitid = college.code
    where coalesce(college.merged_into_code, award.ihe_unitid) = degree.institution_code
),

ranked as (
    select
        award_number,
        degree_number,
        row_number() over (partition by award_number order by cip_order, days_apart, degree_number) as degree_order,
        row_number() over (partition by degree_number order by cip_order, days_apart, award_number) as award_order
    from candidate
),

pair as (
    select award_number, degree_number from ranked where degree_order = 1 and award_order = 1
),

collected as (
    select
        award.person_key,
        award.ihe_unitid as institution_code,
        award.award_level_code,
        award.credential_type_code,
        award.cip_code,
        award.award_title,
        award.conferred_date as award_date,
        'postsecondary_award' as source_name,
        case when pair.degree_number is null then 1 else 2 end as report_count,
        award._extract_ts,
        award._batch_id,
        award._row_no
    from award
    left join pair
        on award.award_number = pair.award_number
    union all
    select
        degree.person_key,
        degree.institution_code,
        degree.award_level_code,
        coalesce(degree.credential_type_code, '7') as credential_type_code,
        degree.degree_cip_code as cip_code,
        degree.degree_title as award_title,
        degree.graduation_date as award_date,
        'nsc_studenttracker' as source_name,
        1 as report_count,
        degree._extract_ts,
        degree._batch_id,
        degree._row_no
    from degree
    left join pair
        on degree.degree_number = pair.degree_number
    where pair.degree_number is null
),

final as (
    select
        person_key,
        institution_code,
        coalesce(award_level_code, 'UNKNOWN') as award_level_code,
        credential_type_code,
        coalesce(cip_code, 'UNKNOWN') as cip_code,
        award_title,
        award_date,
        source_name,
        sum(report_count) over (
            partition by person_key, institution_code, credential_type_code, award_level_code, cip_code, award_date
        ) as report_count,
        row_number() over (
            partition by person_key, institution_code, credential_type_code, award_level_code, cip_code, award_date
            order by _extract_ts desc, source_name desc, _batch_id desc, _row_no desc
        ) as recency
    from collected
)

select * from final where recency = 1
