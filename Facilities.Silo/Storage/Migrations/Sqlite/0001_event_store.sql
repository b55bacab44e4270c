-- Instants are UTC text of fixed width, so that their order as text is their order in time.
create table events (
  position integer primary key autoincrement,
  stream text not null,
  version integer not null check (version > 0),
  name text not null,
  data text not null,
  at text not null,
  command text not null,
  "by" text not null,
  unique (stream, version)
);

create table commands (
  stream text not null,
  command text not null,
  hash text not null,
  version integer not null,
  primary key (stream, command)
) without rowid;

create table snapshots (
  stream text primary key not null,
  version integer not null,
  shape text not null,
  data text not null
);

create table due (
  stream text not null,
  name text not null,
  at text not null,
  primary key (stream, name)
) without rowid;
create index due_at on due (at);

create table outbox (
  seq integer primary key autoincrement,
  id text not null unique,
  stream text not null,
  kind text not null,
  data text not null,
  created_at text not null,
  attempts integer not null default 0,
  next_at text not null,
  last_error text
);
create index outbox_stream on outbox (stream, kind, seq);

create table settings (
  key text primary key not null,
  value text
);
