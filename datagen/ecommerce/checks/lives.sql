-- The life of an order.

-- H15a: An order is paid after it was placed, shipped after that, then delivered, then sent back; no step is left out.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, order_date, paid_at, shipped_at, delivered_at, returned_at from "order"
where paid_at <= order_date
   or (shipped_at is not null and (paid_at is null or shipped_at <= paid_at))
   or (delivered_at is not null and (shipped_at is null or delivered_at <= shipped_at))
   or (returned_at is not null and (delivered_at is null or returned_at <= delivered_at));

-- H15b: A cancellation comes after the order or its payment, and never with a shipment.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- why: What has left the warehouse can be sent back, not cancelled.
-- uses: order
select order_id, order_date, paid_at, shipped_at, cancelled_at from "order"
where cancelled_at is not null and (cancelled_at <= coalesce(paid_at, order_date) or shipped_at is not null);

-- H15c: The status is the last thing that has happened; H17b tells RETURNED from DELIVERED.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, status, paid_at, shipped_at, delivered_at, cancelled_at, returned_at from "order"
where status <> case when cancelled_at is not null then 'CANCELLED'
                     when returned_at is not null and status = 'RETURNED' then 'RETURNED'
                     when delivered_at is not null then 'DELIVERED'
                     when shipped_at is not null then 'SHIPPED'
                     when paid_at is not null then 'PAID'
                     else 'PLACED' end;

-- H16a: An order is paid in time.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, order_date, paid_at from "order"
where paid_at > order_date + interval '1 day' * :bands.payment_days;

-- H16b: An order is shipped in time after the payment.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, paid_at, shipped_at from "order"
where shipped_at > paid_at + interval '1 day' * :bands.shipping_days;

-- H16c: A parcel is on its way for half a day at least, and not too long.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, shipped_at, delivered_at from "order"
where delivered_at < shipped_at + interval '1 hour' * :bands.delivery_hours
   or delivered_at > shipped_at + interval '1 day' * :bands.delivery_days;

-- H16d: What is sent back is sent back in time.
-- source: docs/ecommerce-story.md#returns
-- uses: order
select order_id, delivered_at, returned_at from "order"
where returned_at > delivered_at + interval '1 day' * :bands.return_days;

-- H16e: An order is cancelled in time: after the order if unpaid, else after the payment.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, order_date, paid_at, cancelled_at from "order"
where cancelled_at > case when paid_at is null then order_date + interval '1 day' * :bands.unpaid_days
                          else paid_at + interval '1 day' * :bands.paid_cancel_days end;

-- H16f: No order waits for its next step longer than that step may take.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- why: The data is complete: what should have happened before the as-of day has.
-- uses: order
select order_id, status, order_date, paid_at, shipped_at from "order"
where cancelled_at is null and delivered_at is null
  and case when shipped_at is not null then shipped_at + interval '1 day' * :bands.delivery_days
           when paid_at is not null
           then paid_at + interval '1 day' * greatest(:bands.shipping_days, :bands.paid_cancel_days)
           else order_date + interval '1 day' * greatest(:bands.payment_days, :bands.unpaid_days) end
      < cast(:as_of as timestamp);

-- H16g: The warehouse ships, and parcels arrive, in the hours of the day in which people work.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, shipped_at, delivered_at from "order"
where extract(hour from shipped_at) not between :life.warehouse.0 and greatest(:life.warehouse.0, :life.warehouse.1 - 1)
   or extract(hour from delivered_at)
      not between least(23, :life.round_hours.0) and greatest(:life.round_hours.0, :life.round_hours.1 - 1);

-- H16h: What is not paid is cancelled by the nightly run, what is paid while its customer is awake.
-- source: docs/ecommerce-story.md#the-life-of-an-order
-- uses: order
select order_id, paid_at, cancelled_at from "order"
where (paid_at is null and cast(extract(hour from cancelled_at) as integer) <> :life.run_hour)
   or (paid_at is not null
       and extract(hour from cancelled_at) not between :life.waking_hours.0 and :life.waking_hours.1 - 1);
