-- Merging re-posts loses no posting: those of the openings add up to those on file.
select
    opening.posting_count,
    posting.posting_count as posting_count_on_file
from (select coalesce(sum(posting_count), 0) as posting_count from {{ ref('fct_job_opening') }}) as opening
cross join (
    select count(*) as posting_count
    from {{ ref('int_posting_collapsed') }} as posting
    cross join {{ ref('int_build_dated') }} as build
    where posting.posted_date <= build.as_of_date
) as posting
where opening.posting_count <> posting.posting_count
