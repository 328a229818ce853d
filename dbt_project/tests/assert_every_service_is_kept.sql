-- Services of participants that are on file reach the mart, none twice. A participant may be missing from what was
-- known on an earlier as-of day, so this warns.
{{ config(severity='warn') }}

with

staged as (
    select count(*) as row_count from {{ ref('stg_cthires_service') }}
),

mart as (
    select count(*) as row_count from {{ ref('fct_service') }}
)

select
    staged.row_count as staged_count,
    mart.row_count as mart_count
from staged
cross join mart
where staged.row_count <> mart.row_count
