-- Requests for more of a budget, and what was decided.
create table budget_request (
  id              text primary key,
  budget_id       text not null,
  asked_by        text not null,
  asked_ms        bigint not null,
  amount          bigint not null,
  unit            text not null check (unit in ('usd', 'tokens')),
  reason          text not null,
  until_ms        bigint,
  state           text not null check (state in ('open', 'granted', 'partly', 'lent', 'declined', 'withdrawn', 'expired')),
  decided_by      text,
  decided_ms      bigint,
  decision_reason text,
  granted_amount  bigint,
  grant_id        text,
  judgment        text
);

create index budget_request_asker on budget_request (asked_by, id);
create unique index budget_request_open on budget_request (budget_id, asked_by) where state = 'open';

create index budget_parent on budget (parent_id) where parent_id is not null;
create index budget_grant_budget on budget_grant (budget_id);
create index budget_grant_lender on budget_grant (lender_id) where lender_id is not null;
