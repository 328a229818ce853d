-- A slice that partitions puts every stay into exactly one group, so its groups add up to the whole.
select
    slice.slice_code,
    counted.period_count
from {{ ref('dim_slice') }} as slice
cross join (select count(*) as period_count from {{ ref('fct_program_period') }}) as whole
left join (
    select
        slice_code,
        count(*) as period_count
    from {{ ref('bridge_period_slice') }}
    group by slice_code
) as counted
    on slice.slice_code = counted.slice_code
where slice.is_partition and coalesce(counted.period_count, 0) <> whole.period_count
