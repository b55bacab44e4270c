-- Applications as their programme and their company list them, and what was found of their eligibility and when.
create table applications (
  key text collate "C" primary key,
  programme_id text collate "C",
  account_id text collate "C",
  call_id text collate "C",
  status text collate "C",
  submitted_at timestamptz,
  body text not null
);
create index applications_programme_id_status on applications (programme_id, status);
create index applications_account_id on applications (account_id);

create table application_checks (
  key text collate "C" primary key,
  application_id text collate "C",
  body text not null
);
create index application_checks_application_id on application_checks (application_id);
