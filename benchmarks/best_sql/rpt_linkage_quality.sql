-- People alike in sources and attributes are one row with a count before anything is paired.
create or replace temp table source as
select source_name, row_number() over (order by source_name) - 1 as source_no
from (select distinct source_name from core.bridge_person_source);
create or replace temp table alike as
with person_source as (
    select person_key, sum(1::bigint << source_no)::bigint as sources
    from core.bridge_person_source join source using (source_name)
    group by person_key
)
select sources,
    coalesce(sex_label, 'Not stated') as sex,
    race_pirl_2018_label as race,
    birth_year - birth_year % 10 as decade,
    case when has_valid_ssn then 'Yes' else 'No' end as valid_ssn,
    count(*) as person_count
from person_source join core.dim_person using (person_key)
group by all;
create or replace temp table counted as
select sources, slice_code, slice_value, sum(person_count) as person_count
from (
    select sources, person_count, 'ALL' as slice_code, 'ALL' as slice_value from alike
    union all select sources, person_count, 'SEX', sex from alike
    union all select sources, person_count, 'RACE_PIRL_2018', race from alike
    union all select sources, person_count, 'BIRTH_DECADE', coalesce(decade || 's', 'Unknown') from alike
    union all select sources, person_count, 'VALID_SSN', valid_ssn from alike
)
group by all;
with paired as (
    select source.source_name, other.source_name as other_source_name, slice_code, slice_value,
        sum(case when sources >> other.source_no & 1 = 1 then person_count else 0 end) as matched_count,
        sum(person_count) as total_count
    from counted
    join source on sources >> source.source_no & 1 = 1
    join source as other on source.source_no <> other.source_no
    group by all
    union all
    select source_name, 'ANY', slice_code, slice_value,
        sum(case when bit_count(sources) > 1 then person_count else 0 end),
        sum(person_count)
    from counted
    join source on sources >> source_no & 1 = 1
    group by all
)
select source_name, other_source_name, slice_code, slice_value,
    matched_count::bigint as numerator_count,
    total_count::bigint as denominator_count,
    (matched_count::double / nullif(total_count, 0))::decimal(7, 6) as matched_share,
    total_count >= parameter_value as is_comparable,
    as_of_date, build.definition_version, run_id
from paired
cross join core.dim_build as build
cross join (from core.dim_parameter where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force)
