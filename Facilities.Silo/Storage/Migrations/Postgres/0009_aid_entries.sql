-- The aid that single undertakings had, by entry: what exports and deadlines of the central register read.
create table aid_entries (
  key text collate "C" primary key,
  undertaking text collate "C",
  beneficiary text collate "C",
  country text collate "C",
  programme_id text collate "C",
  granted_on text collate "C",
  register_by text collate "C",
  body text not null
);
create index aid_entries_undertaking on aid_entries (undertaking);
create index aid_entries_programme_id_register_by on aid_entries (programme_id, register_by);
