-- People, what they are in which organisation, their tokens, and the keys that protect cookies.
-- Instants are whole milliseconds since the Unix epoch.
create table people (
  id text not null primary key,
  name text not null,
  user_name text not null,
  normalized_user_name text not null,
  email text not null,
  normalized_email text not null unique,
  email_confirmed integer not null,
  password_hash text,
  security_stamp text,
  concurrency_stamp text,
  two_factor_enabled integer not null,
  lockout_end integer,
  lockout_enabled integer not null,
  access_failed_count integer not null
);
create unique index people_by_user_name on people (normalized_user_name);

create table memberships (
  person_id text not null references people (id) on delete cascade,
  kind text not null,
  organisation_id text not null,
  organisation_name text not null,
  roles text not null,
  primary key (person_id, kind, organisation_id)
);

-- Only the hash of a secret is kept.
create table tokens (
  id text not null primary key,
  person_id text not null references people (id) on delete cascade,
  kind text not null,
  name text not null,
  scopes text not null,
  secret_hash text not null unique,
  created_at integer not null,
  expires_at integer not null,
  last_used_at integer,
  revoked_at integer
);
create index tokens_by_person on tokens (person_id, kind, created_at);

create table data_protection_keys (
  id text not null primary key,
  friendly_name text not null,
  xml text not null
);
