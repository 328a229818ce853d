-- Credentials and skill gains of participants on file reach the marts, none twice; those still ahead wait for their day.
-- A participant may be missing from what was known on an earlier as-of day, so this warns.
{{ config(severity='warn') }}

with

staged as (
    select count(*) as row_count
    from {{ ref('stg_cthires_event') }} as event
    cross join {{ ref('stg_build') }} as build
    where event.event_date <= build.as_of_date
),

resolved as (
    select count(*) as row_count from {{ ref('int_event_resolved') }}
)

select
    staged.row_count as staged_count,
    resolved.row_count as resolved_count
from staged
cross join resolved
where staged.row_count <> resolved.row_count
