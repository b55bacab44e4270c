-- Addresses of calendar feeds, each for one reader and audience. Only the hash of what stands in an address is kept.
create table feed_tokens (
  id text not null primary key,
  person_id text not null references people (id) on delete cascade,
  name text not null,
  kind text not null,
  account_id text,
  platform_id text,
  resource_id text,
  audience text not null,
  secret_hash text not null unique,
  created_at bigint not null,
  last_used_on text,
  revoked_at bigint
);
create index feed_tokens_by_person on feed_tokens (person_id, created_at);
create index feed_tokens_by_platform on feed_tokens (platform_id);
create index feed_tokens_by_account on feed_tokens (account_id);
