-- What is remembered of each series of telemetry, to know what a point adds and whether it came before. id is a fingerprint
-- of everything that tells it from others; forgotten when it has been silent for 14 days.
create table telemetry_series (
  id         bigint primary key,
  start_ns   bigint not null,
  time_ns    bigint not null,
  value      double precision not null,
  before1_ns bigint not null,
  before2_ns bigint not null,
  before3_ns bigint not null
);

create index telemetry_series_time on telemetry_series (time_ns);

-- One row, under whose lock whoever adds telemetry waits for the others.
create table telemetry_version (
  id      integer primary key check (id = 1),
  version bigint not null
);

insert into telemetry_version (id, version) values (1, 0);
