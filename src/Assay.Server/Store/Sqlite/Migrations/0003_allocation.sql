-- SQLite cannot change a check: the table is made anew.
alter table budget rename to budget_old;

create table budget (
  id              text primary key,
  scope           text not null,
  period          text not null check (period in ('day', 'week', 'month', 'quarter', 'total', 'rolling30d')),
  unit            text not null check (unit in ('usd', 'tokens')),
  amount          integer not null,
  at_limit        text not null check (at_limit in ('block', 'warn', 'reroute', 'throttle')),
  reroute_to      text,
  parent_id       text,
  over_allocation integer not null default 0
) strict, without rowid;

insert into budget (id, scope, period, unit, amount, at_limit, reroute_to)
select id, scope, period, unit, amount, at_limit, reroute_to from budget_old;

drop table budget_old;

-- Additions to a budget for a time. A loan has a lender, whose limit is smaller for as long.
create table budget_grant (
  id         text primary key,
  budget_id  text not null,
  lender_id  text,
  amount     integer not null,
  from_ms    integer not null,
  until_ms   integer,
  request_id text
) strict, without rowid;

create table rate_limit (
  id                  text primary key,
  scope               text not null unique,
  requests_per_minute integer,
  tokens_per_minute   integer,
  concurrent_streams  integer
) strict, without rowid;
