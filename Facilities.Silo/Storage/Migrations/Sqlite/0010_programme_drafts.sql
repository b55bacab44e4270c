-- Programmes that nobody but their funder sees yet, and whether a published one was closed; null where it is open.
create table programme_drafts (
  key text primary key not null,
  body text not null
);
alter table programmes add column status text;
