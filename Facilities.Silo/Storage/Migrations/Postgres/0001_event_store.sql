-- Streams and keys compare by bytes, so that both databases give the same order whatever the machine's language.
create table events (
  position bigint generated always as identity unique,
  stream text collate "C" not null,
  version bigint not null check (version > 0),
  name text not null,
  data text not null,
  at timestamptz not null,
  command text collate "C" not null,
  "by" text collate "C" not null,
  primary key (stream, version)
);

create table commands (
  stream text collate "C" not null,
  command text collate "C" not null,
  hash text not null,
  version bigint not null,
  primary key (stream, command)
);

create table snapshots (
  stream text collate "C" primary key,
  version bigint not null,
  shape text not null,
  data text not null
);

create table due (
  stream text collate "C" not null,
  name text collate "C" not null,
  at timestamptz not null,
  primary key (stream, name)
);
create index due_at on due (at);

create table outbox (
  seq bigint generated always as identity primary key,
  id text collate "C" not null unique,
  stream text collate "C" not null,
  kind text collate "C" not null,
  data text not null,
  created_at timestamptz not null,
  attempts bigint not null default 0,
  next_at timestamptz not null,
  last_error text
);
create index outbox_stream on outbox (stream, kind, seq);

create table settings (
  key text collate "C" primary key,
  value text
);
