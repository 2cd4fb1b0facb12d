-- What was done about a signal: whose calls feel it (person:, key: or session:), until when, and who ended it before.
alter table signal add column action text not null default 'notify';
alter table signal add column action_on text not null default '';
alter table signal add column action_until_ms bigint;
alter table signal add column lifted_ms bigint;
alter table signal add column lifted_by text;

create index signal_felt on signal (action_until_ms) where action_until_ms is not null and lifted_ms is null;
