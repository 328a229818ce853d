with

payment as (
    select * from {{ ref('int_support_payment_submitted') }}
),

person_number as (
    select * from {{ ref('int_person_number_collected') }}
),

period as (
    select * from {{ ref('fct_program_period') }}
),

program as (
    select * from {{ ref('dim_program') }}
),

support_type as (
    select * from {{ ref('ref_support_type') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

parameter as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'SUPPORT_WINDOW_DAYS' and is_in_force
),

-- Two payers number their payments each for itself.
known as (
    select
        coalesce(payment.submitter_code || '-', '') || payment.payment_id as payment_key,
        payment.payment_id,
        payment.submitter_code,
        person_number.person_key,
        payment.source_system_code,
        payment.support_type_code,
        payment.payment_usd,
        payment.paid_date,
        payment.support_from_date,
        payment.support_to_date,
        payment.funding_code,
        payment.payee_class_code
    from payment
    cross join build
    left join person_number
        on payment.source_system_code = person_number.source_system_code
        and payment.person_source_id = person_number.person_source_id
    where payment.paid_date <= build.as_of_date
),

-- Money counts once: in the programme that is this support, else in one of the system that paid, else in any; there in a
-- stay that was going on rather than one before or after, and in the newest of them.
ranked as (
    select
        known.payment_key,
        period.period_key,
        period.program_code,
        row_number() over (
            partition by known.payment_key
            order by
                case
                    when period.program_code = support_type.program_code then 1
                    when program.reporting_system_code = known.source_system_code then 2
                    else 3
                end,
                case
                    when known.paid_date >= period.entry_date and known.paid_date <= coalesce(period.exit_date, known.paid_date)
                        then 1
                    else 2
                end,
                period.entry_date desc,
                period.period_key
        ) as choice
    from known
    cross join build
    cross join parameter
    inner join period
        on known.person_key = period.person_key
    left join program
        on period.program_code = program.program_code
    left join support_type
        on known.support_type_code = support_type.code
    where {{ is_support_of_stay(
        'known.paid_date', 'period.entry_date', 'period.exit_date', 'build.as_of_date', 'parameter.parameter_value'
    ) }}
),

final as (
    select
        known.payment_key,
        known.payment_id,
        known.submitter_code,
        known.person_key,
        ranked.period_key,
        ranked.program_code,
        known.source_system_code,
        known.support_type_code,
        cast(known.payment_usd as decimal(14, 2)) as payment_usd,
        known.paid_date,
        {{ program_year('known.paid_date') }} as paid_program_year,
        known.support_from_date,
        known.support_to_date,
        known.funding_code,
        known.payee_class_code
    from known
    left join ranked
        on known.payment_key = ranked.payment_key
        and ranked.choice = 1
)

select * from final
