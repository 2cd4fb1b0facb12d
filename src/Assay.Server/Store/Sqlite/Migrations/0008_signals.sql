-- What was unusual, with its evidence as JSON, and what was said about it. owners_ms is when those who answer for the
-- person's team may know of it; until then it is between Assay and the person.
create table signal (
  id          text primary key,
  kind        text not null,
  person_id   text not null,
  team_id     text not null,
  cause       text not null,
  at_ms       integer not null,
  cost        integer not null,
  subject     text not null,
  evidence    text not null,
  dedupe_key  text not null,
  answer      text check (answer in ('planned', 'expected', 'mistake', 'unclear')),
  answer_text text,
  answered_by text,
  answered_ms integer,
  owners_ms   integer
) strict, without rowid;

create unique index signal_once on signal (dedupe_key);
create index signal_person on signal (person_id, id);
create index signal_team on signal (team_id, id) where owners_ms is not null;
create index signal_waiting on signal (at_ms) where answered_ms is null and owners_ms is null;
