-- The experiment that decided where an attempt went, and its arm: experiment/treatment. 0 is none.
alter table usage add column arm integer not null default 0;

drop view usage_named;

-- For people: the attempts with their names.
create view usage_named as
select
  u.started_ms, u.id, u.request_id, u.day, u.duration_ms, u.first_byte_ms,
  (select value from name where id = u.person) as person,
  (select value from name where id = u.agent) as agent,
  (select value from name where id = u.team) as team,
  (select value from name where id = u.key) as key,
  (select value from name where id = u.use_case) as use_case,
  (select value from name where id = u.provider) as provider,
  (select value from name where id = u.model) as model,
  (select value from name where id = u.requested_model) as requested_model,
  (select value from name where id = u.client) as client,
  (select value from name where id = u.operation) as operation,
  (select value from name where id = u.service_tier) as service_tier,
  (select value from name where id = u.price_version) as price_version,
  (select value from name where id = u.arm) as arm,
  u.session, u.work_ref, u.status, u.resolution, u.outcome, u.marks, u.cost, u.reserved,
  u.input, u.cache_read, u.cache_write_5m, u.cache_write_1h, u.output, u.reasoning, u.audio_input, u.audio_cache_read,
  u.audio_output, u.image_input, u.image_output, u.web_search, u.tool_call, u.request
from usage u;

-- What is tried on units by lot, declared before it begins and never changed but to be stopped. units, control and treatment
-- are lists in JSON: names of teams or repositories, and targets in the order in which they are tried.
create table experiment (
  id            text primary key,
  question      text not null,
  route         text not null,
  use_case      text not null,
  unit          text not null check (unit in ('team', 'repository')),
  units         text not null,
  control       text not null,
  treatment     text not null,
  design        text not null check (design in ('staggered', 'switchback')),
  start_ms      integer not null,
  period_hours  integer not null,
  periods       integer not null,
  waves         integer not null,
  metric        text not null check (metric in ('settledrate', 'costpersettled', 'settled', 'spend')),
  worth_finding real not null,
  owner_id      text not null,
  seed          text not null,
  created_ms    integer not null,
  stopped_ms    integer,
  stop_reason   text not null
) strict, without rowid;

-- A value of a person's day on which something hangs (a rank, a title, a bonus), and how near is near; null for none.
alter table goodhart_metric add column threshold real;
alter table goodhart_metric add column threshold_width real;
