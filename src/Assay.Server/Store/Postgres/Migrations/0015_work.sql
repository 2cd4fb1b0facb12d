-- Calls by what they say they serve, whatever its case: an outcome's page asks for those that name it. Letters beyond ASCII
-- stay as they are in every locale.
drop index usage_of_work;
create index usage_of_work on usage (lower(work_ref collate "C"), started_ms) where work_ref <> '';

create index outcome_of_person on outcome (person_id, at_ms);

-- What names an outcome, in lower case: its ref, its branch, the tickets it names. Only added to, so it may have names that the
-- outcome had before.
create table outcome_name (
  name       text not null,
  outcome_id text not null,
  primary key (name, outcome_id)
);

insert into outcome_name (name, outcome_id)
select distinct lower(n.name collate "C"), n.id from (
  select id, ref as name from outcome
  union all select id, branch from outcome
  union all select o.id, w.value from outcome o, jsonb_array_elements_text(o.work_refs::jsonb) w) n
where n.name <> '';
