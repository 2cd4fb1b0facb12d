-- Repositories whose decisions are kept. pushers are those who may push, separated by spaces. version moves with everything
-- that readers see of a repository.
create table judgment_repository (
  name       text primary key,
  branch     text not null,
  team       text not null,
  pushers    text not null,
  head       text not null,
  source     text not null,
  unreadable integer not null,
  pushed_ms  integer,
  version    integer not null
) strict, without rowid;

-- The entries of the default branch as it was pushed last; commit_id is the commit that brought the blob.
create table judgment_entry (
  repository   text not null,
  path         text not null,
  blob         text not null,
  content      text not null,
  commit_id    text not null,
  committed_ms integer not null,
  author       text not null,
  judged_by    text not null,
  primary key (repository, path)
) strict;

-- What the witness saw of seals, in order; hash binds each line to the one before. Rows are never changed.
create table judgment_seal (
  repository text not null,
  number     integer not null,
  kind       text not null,
  entry_id   text not null,
  blob       text not null,
  commit_id  text not null,
  path       text not null,
  sealed_s   integer not null,
  seen_ms    integer not null,
  source     text not null,
  hash       text not null,
  primary key (repository, number)
) strict, without rowid;

-- Drafts of agents that are in no repository yet. person_id is the one who may accept.
create table judgment_draft (
  id         text primary key,
  repository text not null,
  content    text not null,
  person_id  text not null,
  drafted_by text not null,
  at_ms      integer not null
) strict;

-- What owners decided about drafts on a page. blob is the draft as they saw it; commit_id is the commit that carried it into git.
create table judgment_decision (
  entry_id   text not null,
  repository text not null,
  blob       text not null,
  content    text not null,
  person_id  text not null,
  owner      text not null,
  decision   text not null,
  confidence integer,
  at_ms      integer not null,
  commit_id  text,
  done_ms    integer,
  primary key (repository, entry_id)
) strict, without rowid;

create index usage_of_work on usage (work_ref, started_ms) where work_ref <> '';
