-- Sums by hour of the whole company, by what was asked for and what answered: a few rows an hour, however many people there are.
create table usage_model (
  hour             integer not null,
  day              integer not null,
  use_case         integer not null,
  requested_model  integer not null,
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
  primary key (hour, use_case, requested_model, provider, model)
) strict, without rowid;

-- Sums by day of each team.
create table usage_team (
  day              integer not null,
  team             integer not null,
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
  primary key (day, team)
) strict, without rowid;

create index usage_team_of_team on usage_team (team, day);

insert into usage_team (day, team, requests, errors, estimated, unpriced, cost, estimated_cost, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input, audio_cache_read, audio_output, image_input, image_output, web_search, tool_call, request)
select day, team, cast(sum(requests) as bigint), cast(sum(errors) as bigint), cast(sum(estimated) as bigint), cast(sum(unpriced) as bigint), cast(sum(cost) as bigint), cast(sum(estimated_cost) as bigint), cast(sum(input) as bigint), cast(sum(cache_read) as bigint), cast(sum(cache_write_5m) as bigint), cast(sum(cache_write_1h) as bigint), cast(sum(output) as bigint), cast(sum(reasoning) as bigint), cast(sum(audio_input) as bigint), cast(sum(audio_cache_read) as bigint), cast(sum(audio_output) as bigint), cast(sum(image_input) as bigint), cast(sum(image_output) as bigint), cast(sum(web_search) as bigint), cast(sum(tool_call) as bigint), cast(sum(request) as bigint) from usage_day group by day, team;

-- What was asked for is known of attempts that are still there; hours of which some are gone have it as not known.
insert into usage_model (hour, day, use_case, requested_model, provider, model, requests, errors, estimated, unpriced, cost, estimated_cost, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input, audio_cache_read, audio_output, image_input, image_output, web_search, tool_call, request)
select hour, day, use_case, 0, provider, model, cast(sum(requests) as bigint), cast(sum(errors) as bigint), cast(sum(estimated) as bigint), cast(sum(unpriced) as bigint), cast(sum(cost) as bigint), cast(sum(estimated_cost) as bigint), cast(sum(input) as bigint), cast(sum(cache_read) as bigint), cast(sum(cache_write_5m) as bigint), cast(sum(cache_write_1h) as bigint), cast(sum(output) as bigint), cast(sum(reasoning) as bigint), cast(sum(audio_input) as bigint), cast(sum(audio_cache_read) as bigint), cast(sum(audio_output) as bigint), cast(sum(image_input) as bigint), cast(sum(image_output) as bigint), cast(sum(web_search) as bigint), cast(sum(tool_call) as bigint), cast(sum(request) as bigint) from usage_hour
where hour <= coalesce((select min(hour) from usage), 0) or not exists (select 1 from usage)
group by hour, day, use_case, provider, model;

insert into usage_model (hour, day, use_case, requested_model, provider, model, requests, errors, estimated, unpriced, cost, estimated_cost, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, audio_input, audio_cache_read, audio_output, image_input, image_output, web_search, tool_call, request)
select hour, day, use_case, requested_model, provider, model, cast(count(*) as bigint), cast(sum(case when outcome in (0, 2) then 0 else 1 end) as bigint), cast(sum(case when marks & 1 <> 0 then 1 else 0 end) as bigint), cast(sum(case when marks & 2 <> 0 then 1 else 0 end) as bigint), cast(sum(cost) as bigint), cast(sum(case when marks & 1 <> 0 then cost else 0 end) as bigint), cast(sum(coalesce(input, 0)) as bigint), cast(sum(coalesce(cache_read, 0)) as bigint), cast(sum(coalesce(cache_write_5m, 0)) as bigint), cast(sum(coalesce(cache_write_1h, 0)) as bigint), cast(sum(coalesce(output, 0)) as bigint), cast(sum(coalesce(reasoning, 0)) as bigint), cast(sum(coalesce(audio_input, 0)) as bigint), cast(sum(coalesce(audio_cache_read, 0)) as bigint), cast(sum(coalesce(audio_output, 0)) as bigint), cast(sum(coalesce(image_input, 0)) as bigint), cast(sum(coalesce(image_output, 0)) as bigint), cast(sum(coalesce(web_search, 0)) as bigint), cast(sum(coalesce(tool_call, 0)) as bigint), cast(sum(coalesce(request, 0)) as bigint) from usage
where hour > (select min(hour) from usage)
group by hour, day, use_case, requested_model, provider, model;
