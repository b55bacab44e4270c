-- What lists, search and reports read, and the answers kept for repeated requests. A row is written whole by the
-- grain's own code, so columns are bare: what must be true of them is asserted there and compared by `verify`.

create table quotes (
  key text collate "C" primary key,
  account_id text collate "C",
  valid_until timestamptz,
  body text not null
);
create index quotes_account_id on quotes (account_id);

create table bookings (
  key text collate "C" primary key,
  account_id text collate "C",
  status text collate "C",
  starts_at timestamptz,
  ends_at timestamptz,
  created_at timestamptz,
  waits_for text,
  due_at timestamptz,
  body text not null
);
create index bookings_account_id_starts_at on bookings (account_id, starts_at);
create index bookings_status on bookings (status);
create index bookings_due_at on bookings (due_at);

create table booking_items (
  key text collate "C" primary key,
  booking_id text collate "C",
  item_id text collate "C",
  account_id text collate "C",
  platform_id text collate "C",
  service_id text collate "C",
  status text collate "C",
  starts_at timestamptz,
  ends_at timestamptz
);
create index booking_items_booking_id on booking_items (booking_id);
create index booking_items_platform_id_starts_at on booking_items (platform_id, starts_at);
create index booking_items_account_id on booking_items (account_id);

create table vouchers (
  key text collate "C" primary key,
  account_id text collate "C",
  programme_id text collate "C",
  status text collate "C",
  expires_on text,
  body text not null
);
create index vouchers_account_id on vouchers (account_id);
create index vouchers_programme_id on vouchers (programme_id);

create table claims (
  key text collate "C" primary key,
  programme_id text collate "C",
  booking_id text collate "C",
  voucher_id text collate "C",
  platform_id text collate "C",
  account_id text collate "C",
  status text collate "C",
  opened_at timestamptz,
  amount bigint,
  currency text,
  body text not null
);
create index claims_programme_id_status on claims (programme_id, status);
create index claims_platform_id on claims (platform_id);
create index claims_booking_id on claims (booking_id);
create index claims_account_id on claims (account_id);

create table invoices (
  key text collate "C" primary key,
  booking_id text collate "C",
  platform_id text collate "C",
  account_id text collate "C",
  number text,
  issued_at timestamptz,
  body text not null
);
create index invoices_booking_id on invoices (booking_id);
create index invoices_platform_id_issued_at on invoices (platform_id, issued_at);
create index invoices_account_id_issued_at on invoices (account_id, issued_at);

create table postings (
  key text collate "C" primary key,
  owner text collate "C",
  at timestamptz,
  debit text,
  credit text,
  amount bigint,
  currency text,
  text text,
  booking_id text collate "C",
  voucher_id text collate "C"
);
create index postings_owner_at on postings (owner, at);
create index postings_booking_id on postings (booking_id);
create index postings_voucher_id on postings (voucher_id);

create table clusters (
  key text collate "C" primary key,
  body text not null
);

create table agreements (
  key text collate "C" primary key,
  first_id text collate "C",
  second_id text collate "C",
  body text not null
);
create index agreements_first_id on agreements (first_id);
create index agreements_second_id on agreements (second_id);

create table platforms (
  key text collate "C" primary key,
  cluster_id text collate "C",
  country text,
  stage text,
  body text not null
);
create index platforms_cluster_id on platforms (cluster_id);

create table accounts (
  key text collate "C" primary key,
  cluster_id text collate "C",
  country text,
  body text not null
);
create index accounts_cluster_id on accounts (cluster_id);

create table programmes (
  key text collate "C" primary key,
  country text,
  body text not null
);

create table requests (
  key text collate "C" primary key,
  body_hash text,
  status bigint,
  content_type text,
  answer text,
  created_at timestamptz
);
create index requests_created_at on requests (created_at);
