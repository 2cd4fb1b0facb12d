-- What each node's calls have charged to the accounts of the budgets: one account for each budget and window. hour is 0,
-- but for rolling windows the hour (since 1970) in which it was spent. Overage is the part beyond what was reserved.
create table budget_account (
  account        text not null,
  node           text not null,
  hour           bigint not null,
  money          bigint not null,
  tokens         bigint not null,
  money_overage  bigint not null,
  tokens_overage bigint not null,
  primary key (account, node, hour)
);
