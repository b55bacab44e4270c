-- Applications as their programme and their company list them, and what was found of their eligibility and when.
create table applications (
  key text primary key not null,
  programme_id text,
  account_id text,
  call_id text,
  status text,
  submitted_at text,
  body text not null
);
create index applications_programme_id_status on applications (programme_id, status);
create index applications_account_id on applications (account_id);

create table application_checks (
  key text primary key not null,
  application_id text,
  body text not null
);
create index application_checks_application_id on application_checks (application_id);
