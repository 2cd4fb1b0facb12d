alter table budget drop constraint budget_period_check;
alter table budget add check (period in ('day', 'week', 'month', 'quarter', 'total', 'rolling30d'));
alter table budget drop constraint budget_at_limit_check;
alter table budget add check (at_limit in ('block', 'warn', 'reroute', 'throttle'));
alter table budget add column parent_id text;
alter table budget add column over_allocation integer not null default 0;

-- Additions to a budget for a time. A loan has a lender, whose limit is smaller for as long.
create table budget_grant (
  id         text primary key,
  budget_id  text not null,
  lender_id  text,
  amount     bigint not null,
  from_ms    bigint not null,
  until_ms   bigint,
  request_id text
);

create table rate_limit (
  id                  text primary key,
  scope               text not null unique,
  requests_per_minute bigint,
  tokens_per_minute   bigint,
  concurrent_streams  bigint
);
