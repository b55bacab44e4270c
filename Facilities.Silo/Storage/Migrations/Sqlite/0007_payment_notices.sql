-- What a payment provider said, word for word and stored before anything is done about it.
create table payment_notices (
  key text not null primary key,
  type text not null,
  body text not null,
  status text not null,
  said_at text not null,
  received_at text not null,
  attempts integer not null default 0,
  next_at text not null,
  outcome text
);
create index payment_notices_waiting on payment_notices (next_at) where status = 'waiting';
