-- What people are told. person_id is empty for what is told to the company's webhooks alone. A notice is in the inbox
-- from visible_ms on; until then it can be taken back. dedupe_key makes it one notice, however often it is announced.
create table notice (
  id         text primary key,
  person_id  text not null,
  kind       text not null,
  severity   integer not null,
  subject    text not null,
  body       text not null,
  link       text not null,
  dedupe_key text not null,
  created_ms integer not null,
  visible_ms integer not null,
  read_ms    integer
) strict;

create unique index notice_once on notice (person_id, dedupe_key);
create index notice_inbox on notice (person_id, visible_ms, id);
create index notice_visible on notice (visible_ms);

-- What is still to be sent, and what became of it. target is empty for the person's own address, else the name of one
-- of the company's webhooks: addresses and secrets are looked up when it is sent. Claiming a row moves next_ms on, so
-- that nobody else takes it; claim tells a worker that came too late from the one that has the row.
create table outbox (
  id          text primary key,
  notice_id   text not null,
  channel     text not null,
  target      text not null,
  attempts    integer not null default 0,
  claim       integer not null default 0,
  next_ms     integer not null,
  last_error  text,
  done_ms     integer,
  given_up_ms integer
) strict;

create index outbox_due on outbox (next_ms) where done_ms is null and given_up_ms is null;
create index outbox_of_notice on outbox (notice_id);

-- quiet_from and quiet_to are minutes since midnight in the org's time zone.
create table notification_setting (
  person_id      text primary key,
  mail_on        integer not null,
  email          text not null,
  webhook_on     integer not null,
  webhook_url    text not null,
  webhook_secret text not null,
  slack_on       integer not null,
  slack_url      text not null,
  teams_on       integer not null,
  teams_url      text not null,
  quiet_from     integer,
  quiet_to       integer,
  severity_min   integer not null
) strict, without rowid;
