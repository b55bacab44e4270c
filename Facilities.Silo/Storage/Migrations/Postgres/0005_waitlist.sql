-- Who waits at which platform; a row for each wish that still stands.
create table waitlist (
  key text collate "C" primary key,
  account_id text collate "C",
  platform_id text collate "C",
  body text not null
);
create index waitlist_account_id on waitlist (account_id);
