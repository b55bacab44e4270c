-- What a payment provider said, word for word and stored before anything is done about it.
create table payment_notices (
  key text collate "C" not null primary key,
  type text not null,
  body text not null,
  status text collate "C" not null,
  said_at timestamptz not null,
  received_at timestamptz not null,
  attempts bigint not null default 0,
  next_at timestamptz not null,
  outcome text
);
create index payment_notices_waiting on payment_notices (next_at) where status = 'waiting';
