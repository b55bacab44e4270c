-- Reference rates of the European Central Bank as they were first published; a rate is never overwritten. The rate is
-- text, since neither database keeps its decimals else.
create table exchange_rates (
  currency text collate "C" not null,
  day text collate "C" not null,
  per_euro text not null,
  file_hash text not null,
  primary key (currency, day)
);
