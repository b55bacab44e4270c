-- Wallets post to the ledgers of their vouchers' programmes too. What older programs wrote lacks those postings, so the
-- program that migrates makes them again from the events; this asks it to.
create index postings_balance on postings (owner, debit, credit, currency, at, amount);
create index vouchers_programme_id_expires_on on vouchers (programme_id, expires_on, key);
create index claims_programme_id_status_opened_at on claims (programme_id, status, opened_at, key);
insert into settings (key, value) values ('rebuild.postings', 'wanted');
