-- Calendars kept elsewhere that make resources busy: where they come from and how the last reading went.
create table calendars (
  id text not null primary key,
  platform_id text not null,
  url text,
  content bytea not null,
  entity_tag text,
  last_modified text,
  tried_at bigint not null,
  read_at bigint not null,
  failures integer not null,
  fault text,
  events integer not null,
  problems text not null,
  due_at bigint not null
);
create index calendars_by_platform on calendars (platform_id);
create index calendars_by_due on calendars (due_at);
