-- Facts that belong to the database itself, such as the time zone its days are computed in.
create table setting (
  name  text primary key,
  value text not null
) strict, without rowid;

-- Every id, model name and the like is written once, and referred to by number from attempts and rollups: rows are
-- less than half the size. Number 0 is the empty string: not known.
create table name (
  id    integer primary key,
  value text not null unique
) strict;

insert into name (id, value) values (0, '');

-- How far each node's journal is applied. Moves in the transaction that applies.
create table watermark (
  node     text primary key,
  position integer not null
) strict, without rowid;

-- One row for each settled attempt at one provider. Numbers of resolution, outcome and marks are those of the journal.
-- day (yyyymmdd) and hour (its start in Unix ms) are those of the org's time zone. Classes that are rare are null for 0.
create table usage (
  started_ms       integer not null,
  id               blob    not null,
  request_id       blob    not null,
  day              integer not null,
  hour             integer not null,
  duration_ms      integer not null,
  first_byte_ms    integer not null,
  person           integer not null,
  agent            integer not null,
  team             integer not null,
  key              integer not null,
  use_case         integer not null,
  provider         integer not null,
  model            integer not null,
  requested_model  integer not null,
  client           integer not null,
  operation        integer not null,
  service_tier     integer not null,
  price_version    integer not null,
  session          text    not null,
  work_ref         text    not null,
  status           integer not null,
  resolution       integer not null,
  outcome          integer not null,
  marks            integer not null,
  cost             integer not null,
  reserved         integer not null,
  input            integer not null,
  cache_read       integer not null,
  cache_write_5m   integer not null,
  cache_write_1h   integer,
  output           integer not null,
  reasoning        integer not null,
  audio_input      integer,
  audio_cache_read integer,
  audio_output     integer,
  image_input      integer,
  image_output     integer,
  web_search       integer,
  tool_call        integer,
  request          integer not null,
  primary key (started_ms, id)
) strict, without rowid;

create index usage_of_person on usage (person, started_ms, id);
create index usage_of_session on usage (session, started_ms) where session <> '';

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
  u.session, u.work_ref, u.status, u.resolution, u.outcome, u.marks, u.cost, u.reserved,
  u.input, u.cache_read, u.cache_write_5m, u.cache_write_1h, u.output, u.reasoning, u.audio_input, u.audio_cache_read,
  u.audio_output, u.image_input, u.image_output, u.web_search, u.tool_call, u.request
from usage u;

-- Sums by hour. estimated and unpriced count attempts with the mark.
create table usage_hour (
  hour             integer not null,
  day              integer not null,
  person           integer not null,
  agent            integer not null,
  team             integer not null,
  key              integer not null,
  use_case         integer not null,
  provider         integer not null,
  model            integer not null,
  requests         integer not null,
  errors           integer not null,
  estimated        integer not null,
  unpriced         integer not null,
  cost             integer not null,
  estimated_cost   integer not null,
  input            integer not null,
  cache_read       integer not null,
  cache_write_5m   integer not null,
  cache_write_1h   integer not null,
  output           integer not null,
  reasoning        integer not null,
  audio_input      integer not null,
  audio_cache_read integer not null,
  audio_output     integer not null,
  image_input      integer not null,
  image_output     integer not null,
  web_search       integer not null,
  tool_call        integer not null,
  request          integer not null,
  primary key (hour, team, person, agent, key, use_case, provider, model)
) strict, without rowid;

create index usage_hour_of_person on usage_hour (person, hour);

-- The same sums by day.
create table usage_day (
  day              integer not null,
  person           integer not null,
  agent            integer not null,
  team             integer not null,
  key              integer not null,
  use_case         integer not null,
  provider         integer not null,
  model            integer not null,
  requests         integer not null,
  errors           integer not null,
  estimated        integer not null,
  unpriced         integer not null,
  cost             integer not null,
  estimated_cost   integer not null,
  input            integer not null,
  cache_read       integer not null,
  cache_write_5m   integer not null,
  cache_write_1h   integer not null,
  output           integer not null,
  reasoning        integer not null,
  audio_input      integer not null,
  audio_cache_read integer not null,
  audio_output     integer not null,
  image_input      integer not null,
  image_output     integer not null,
  web_search       integer not null,
  tool_call        integer not null,
  request          integer not null,
  primary key (day, team, person, agent, key, use_case, provider, model)
) strict, without rowid;

create index usage_day_of_person on usage_day (person, day);
create index usage_day_of_team on usage_day (team, day);

-- Double entry: every cost debits expense:{provider}/{model} and credits spend:{team}. All amounts together are zero.
create table balance (
  account text primary key,
  amount  integer not null
) strict, without rowid;
