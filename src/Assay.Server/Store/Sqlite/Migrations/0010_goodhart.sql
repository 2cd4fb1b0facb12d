-- Metrics that somebody is steered by: what is measured, the gold that it stands for, what must not get worse meanwhile, and
-- since when it is a target.
create table goodhart_metric (
  id             text primary key,
  name           text not null,
  measure        text not null check (measure in ('tokens', 'cost', 'calls', 'accepted', 'lines')),
  gold           text not null check (gold in ('tickets', 'settled', 'accepted', 'value')),
  counter_metric text not null,
  owner_id       text not null,
  target_ms      integer not null,
  created_ms     integer not null
) strict, without rowid;

-- Outcomes drawn to be rated by people who are not told whose they are. at_ms is the outcome's.
create table audit_sample (
  outcome_id text primary key,
  at_ms      integer not null,
  drawn_ms   integer not null
) strict, without rowid;

create index audit_sample_at on audit_sample (at_ms);

create table audit_rating (
  outcome_id text not null,
  rater_id   text not null,
  score      integer not null check (score between 1 and 5),
  rated_ms   integer not null,
  primary key (outcome_id, rater_id)
) strict, without rowid;
