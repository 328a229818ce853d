with

period as (
    select * from {{ ref('fct_program_period') }}
),

payment as (
    select * from {{ ref('fct_support_payment') }} where person_key is not null
),

service as (
    select * from {{ ref('fct_service') }} where service_category_code = 'supportive' and not is_planned
),

service_code as (
    select * from {{ ref('ref_service_code') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

parameter as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'SUPPORT_WINDOW_DAYS' and is_in_force
),

-- A payment helps in every stay that is going on, whichever carries the money (e11).
paid as (
    select
        period.period_key,
        payment.support_type_code,
        payment.paid_program_year as program_year,
        case when payment.period_key = period.period_key then payment.payment_usd end as payment_usd,
        1 as payment_count,
        0 as service_count,
        cast(null as decimal(14, 2)) as service_cost_usd
    from payment
    cross join build
    cross join parameter
    inner join period
        on payment.person_key = period.person_key
    where {{ is_support_of_stay(
        'payment.paid_date', 'period.entry_date', 'period.exit_date', 'build.as_of_date', 'parameter.parameter_value'
    ) }}
),

-- A service is of its own programme, and of one stay in it.
ranked as (
    select
        service.service_id,
        service.service_start_date,
        service.service_cost_usd,
        coalesce(service_code.support_type, 'OTHER') as support_type_code,
        period.period_key,
        row_number() over (
            partition by service.service_id
            order by
                case when service.participation_key = period.period_key then 1 else 2 end,
                case
                    when service.service_start_date >= period.entry_date
                        and service.service_start_date <= coalesce(period.exit_date, service.service_start_date)
                        then 1
                    else 2
                end,
                period.entry_date desc,
                period.period_key
        ) as choice
    from service
    cross join build
    cross join parameter
    inner join period
        on service.person_key = period.person_key
        and service.program_code = period.program_code
    left join service_code
        on service.service_code = service_code.code
    where service.service_start_date <= build.as_of_date
        and {{ is_support_of_stay(
            'service.service_start_date', 'period.entry_date', 'period.exit_date', 'build.as_of_date',
            'parameter.parameter_value'
        ) }}
),

served as (
    select
        period_key,
        support_type_code,
        {{ program_year('service_start_date') }} as program_year,
        cast(null as decimal(14, 2)) as payment_usd,
        0 as payment_count,
        1 as service_count,
        service_cost_usd
    from ranked
    where choice = 1
),

support as (
    select * from paid
    union all
    select * from served
),

final as (
    select
        support.period_key,
        support.support_type_code,
        support.program_year,
        period.person_key,
        period.program_code,
        cast(sum(support.payment_count) as bigint) as payment_count,
        cast(sum(support.payment_usd) as decimal(14, 2)) as payment_usd,
        cast(sum(support.service_count) as bigint) as service_count,
        cast(sum(support.service_cost_usd) as decimal(14, 2)) as service_cost_usd
    from support
    inner join period
        on support.period_key = period.period_key
    group by support.period_key, support.support_type_code, support.program_year, period.person_key, period.program_code
)

select * from final
