-- A reason says in which way a period counts: one without a sentence, or one that says otherwise than the row, is an error.
select
    participation_key,
    indicator_code,
    reason_code
from {{ ref('rpt_wioa_participation') }}
where reason_label is null
    or is_in_denominator <> (reason_label like 'Counts%')
    or (is_in_numerator and reason_label like '%does not succeed%')
    or is_excluded <> (reason_label like 'Left out%')
