-- Who owes something back of a claim is reminded of it. What was owed had two forms and has one, and the ledger keeps
-- it in one account: the program that migrates makes claims and postings again from the events; this asks it to.
alter table claims add column owed_by text;
create index claims_owed_by on claims (owed_by) where owed_by is not null;
insert into settings (key, value) values ('rebuild.claims', 'wanted'), ('rebuild.postings', 'wanted')
  on conflict (key) do nothing;
