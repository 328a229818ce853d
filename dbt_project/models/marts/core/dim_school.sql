with

school as (
    select * from {{ ref('ref_school') }}
),

district as (
    select * from school where is_district
),

final as (
    select
        school.code as school_code,
        school.label as school_label,
        school.organization_type,
        school.district_code,
        coalesce(district.label, school.organization_type) as district_label,
        school.is_district
    from school
    left join district
        on school.district_code = district.district_code
)

select * from final
