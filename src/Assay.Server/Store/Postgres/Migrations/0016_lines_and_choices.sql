-- What a scan of the repository counted: lines that a change added, and how many of them were there 14 and 30 days after it was
-- accepted. Null where nobody counted, or the day is to come.
alter table outcome add column lines_counted bigint;
alter table outcome add column lines_alive_14 bigint;
alter table outcome add column lines_alive_30 bigint;

-- What else names an outcome: its branch with its repository.
insert into outcome_name (name, outcome_id)
select distinct lower((repo || '@' || branch) collate "C"), id from outcome where repo <> '' and branch <> ''
on conflict do nothing;

-- Whether spend is attributed to outcomes.
alter table person add column attribution text not null default 'on' check (attribution in ('on', 'off'));
alter table team add column attribution text not null default 'on' check (attribution in ('on', 'off'));
