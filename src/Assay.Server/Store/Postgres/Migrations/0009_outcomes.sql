-- What the world accepted, and what became of it. Times are when a thing happened, in ms since 1970; the columns from
-- proposed_ms to settles_ms are the fold of outcome_step, made again whenever a step is added. settles_ms is when the window
-- ends: settled from then on, null while it is not accepted or once it broke within its window. at_ms is when it was
-- accepted, else given up, else offered: the period that it is counted in.
create table outcome (
  id            text primary key,
  kind          text not null,
  source        text not null check (source in ('github', 'gitlab', 'jira', 'git', 'api', 'csv')),
  ref           text not null,
  title         text not null,
  url           text not null,
  repo          text not null,
  branch        text not null,
  base_branch   text not null,
  author        text not null,
  person_id     text not null,
  team_id       text not null,
  use_case      text not null,
  value         bigint,
  lines_added   bigint,
  lines_removed bigint,
  work_refs     text not null,
  settle_days   bigint not null,
  facts_ms      bigint not null,
  at_ms         bigint not null,
  proposed_ms   bigint,
  accepted_ms   bigint,
  deployed_ms   bigint,
  reverted_ms   bigint,
  restored_ms   bigint,
  reopened_ms   bigint,
  abandoned_ms  bigint,
  reviewed_ms   bigint,
  review_held   bigint,
  settles_ms    bigint,
  revert_rule   text not null
);

create unique index outcome_once on outcome (source, ref);
create index outcome_repo on outcome (repo, base_branch, accepted_ms);
create index outcome_at on outcome (at_ms, id);
create index outcome_title on outcome (repo, title);

-- What happened to each, only added to. Told twice it is kept once.
create table outcome_step (
  outcome_id text not null,
  event      text not null,
  at_ms      bigint not null,
  evidence   text not null,
  told_ms    bigint not null,
  primary key (outcome_id, event, at_ms)
);

create table outcome_commit (
  repo       text not null,
  sha        text not null,
  outcome_id text not null,
  primary key (repo, sha, outcome_id)
);

create index outcome_commit_outcome on outcome_commit (outcome_id);
create index outcome_commit_sha on outcome_commit (sha);

-- Commits pushed to branches other than the default one, which an outcome takes over when it comes from that branch. Kept
-- for 90 days.
create table branch_commit (
  repo   text not null,
  branch text not null,
  sha    text not null,
  at_ms  bigint not null,
  primary key (repo, branch, sha)
);

create index branch_commit_at on branch_commit (at_ms);

-- What says that it undoes something, by an outcome or a commit; outcome_id is what it undoes once that is known.
create table outcome_revert (
  repo       text not null,
  by_outcome text not null,
  by_commit  text not null,
  rule       text not null,
  target     text not null,
  at_ms      bigint not null,
  outcome_id text not null,
  primary key (repo, by_outcome, by_commit, rule, target)
);

create index outcome_revert_open on outcome_revert (repo, at_ms) where outcome_id = '';

-- What went where, and whether it worked. is_production is what configuration says of the environment.
create table deployment (
  source        text not null,
  ref           text not null,
  repo          text not null,
  sha           text not null,
  environment   text not null,
  is_production bigint not null,
  state         text not null check (state in ('success', 'failure')),
  at_ms         bigint not null,
  primary key (source, ref)
);

create index deployment_sha on deployment (repo, sha);
create index deployment_at on deployment (at_ms);

-- That a session made a commit.
create table anchor (
  sha       text not null,
  session   text not null,
  evidence  text not null check (evidence in ('otel', 'trailer', 'git-ai', 'header')),
  repo      text not null,
  at_ms     bigint not null,
  person_id text not null,
  lines     bigint,
  primary key (sha, session, evidence)
);

create index anchor_session on anchor (session);
create index anchor_at on anchor (at_ms);

-- Deliveries that were taken: one that comes again changes nothing. Kept for 90 days.
create table delivery (
  source      text not null,
  id          text not null,
  received_ms bigint not null,
  primary key (source, id)
);

create index delivery_received on delivery (received_ms);

-- What tools said of themselves, summed by the hour (UTC) they said it of. value is in millionths of the metric's unit.
create table telemetry (
  hour_ms   bigint not null,
  person_id text not null,
  team_id   text not null,
  emitter   text not null,
  version   text not null,
  metric    text not null,
  model     text not null,
  detail    text not null,
  value     bigint not null,
  points    bigint not null,
  primary key (hour_ms, person_id, team_id, emitter, version, metric, model, detail)
);

-- One row, under whose lock whoever takes outcomes waits for the others; its number moves with every change.
create table outcome_version (
  id      integer primary key check (id = 1),
  version bigint not null
);

insert into outcome_version (id, version) values (1, 0);
