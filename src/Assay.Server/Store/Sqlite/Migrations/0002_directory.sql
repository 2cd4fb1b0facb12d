create table directory (
  only_row integer primary key check (only_row = 1),
  version  integer not null
) strict;

insert into directory (only_row, version) values (1, 0);

create table team (
  id        text primary key,
  parent_id text references team (id),
  name      text not null
) strict, without rowid;

create index team_of_parent on team (parent_id);

create table person (
  id             text primary key,
  email          text not null,
  name           text not null,
  team_id        text not null references team (id),
  role           text not null check (role in ('employee', 'manager', 'finance', 'auditor', 'admin')),
  disabled_at_ms integer
) strict, without rowid;

create unique index person_email on person (lower(email));

create table agent (
  id              text primary key,
  name            text not null,
  owner_person_id text not null references person (id),
  team_id         text not null references team (id),
  disabled_at_ms  integer
) strict, without rowid;

-- hash is the SHA-256 of the secret, which is kept nowhere. models and use_cases are JSON arrays.
create table api_key (
  id            text primary key,
  hash          blob not null unique check (length(hash) = 32),
  owner_kind    text not null check (owner_kind in ('person', 'agent')),
  owner_id      text not null,
  name          text not null,
  use_case      text not null,
  models        text not null,
  use_cases     text not null,
  expires_at_ms integer,
  revoked_at_ms integer,
  created_at_ms integer not null,
  hint          text not null
) strict, without rowid;

-- amount is in the unit: nano-USD or tokens.
create table budget (
  id         text primary key,
  scope      text not null,
  period     text not null check (period in ('day', 'week', 'month', 'total')),
  unit       text not null check (unit in ('usd', 'tokens')),
  amount     integer not null,
  at_limit   text not null check (at_limit in ('block', 'warn', 'reroute')),
  reroute_to text
) strict, without rowid;

-- Who changed what, from what to what. Rows are only ever added.
create table audit (
  id         integer primary key,
  at_ms      integer not null,
  version    integer not null,
  actor      text not null,
  action     text not null,
  subject    text not null,
  old_record text,
  new_record text
) strict;
