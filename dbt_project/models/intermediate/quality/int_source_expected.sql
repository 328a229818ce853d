{{ config(materialized="view") }}

-- When each source is due, as its contract says.
{{ source_calendar() }}
