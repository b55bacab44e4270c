-- The aid that single undertakings had, by entry: what exports and deadlines of the central register read.
create table aid_entries (
  key text primary key not null,
  undertaking text,
  beneficiary text,
  country text,
  programme_id text,
  granted_on text,
  register_by text,
  body text not null
);
create index aid_entries_undertaking on aid_entries (undertaking);
create index aid_entries_programme_id_register_by on aid_entries (programme_id, register_by);
