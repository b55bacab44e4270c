-- Who waits at which platform; a row for each wish that still stands.
create table waitlist (
  key text primary key not null,
  account_id text,
  platform_id text,
  body text not null
);
create index waitlist_account_id on waitlist (account_id);
