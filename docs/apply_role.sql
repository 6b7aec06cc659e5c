-- A PostgreSQL role for the public form as a process of its own (`serve --apply-only`); run it by the desk's owner, in the desk's
-- database, after each upgrade:
--
--     psql -v role=hbcore_apply -f docs/apply_role.sql DATABASE
--
-- The role itself, with its password, is made before: CREATE ROLE hbcore_apply LOGIN PASSWORD '...'.
--
-- What it may do is what applying, looking at one's own status, answering, declaring and withdrawing take: nothing is deleted but
-- an applicant's own older photo and counts that are over; no account, session, policy, upload, result or filing can be changed;
-- no account, session, upload, proposal, note or request can be read, and of an event nothing but its place in the chain.
-- What it still can read, because an application must find whom its document belongs to and a status shows the live code: people,
-- results and issued codes, with names and numbers sealed.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"role";

GRANT SELECT ON unit, setting, policy, institution, filing TO :"role";
GRANT SELECT ON result, sampling, code_history, code_key, revoked_code TO :"role";
GRANT SELECT, INSERT ON person, document, look_up_number, application, application_photo, application_step, notice TO :"role";
GRANT SELECT, INSERT ON fact, code_segment, code_bucket, stranger_count, issued_code TO :"role";
GRANT INSERT ON event, look_up_event, code_history, person_token TO :"role";
GRANT SELECT (seq, at, hash) ON event TO :"role";
GRANT SELECT (seq, hash) ON look_up_event TO :"role";

GRANT UPDATE ON code_segment, code_bucket, stranger_count, notice TO :"role";
GRANT UPDATE (registration, application_id, registered_at, sealed, key_version) ON person TO :"role";
GRANT UPDATE (country) ON document TO :"role";
GRANT UPDATE (ended_at) ON fact TO :"role";
GRANT UPDATE (
    state, person_id, unit, due_at, remaining_seconds, asked_at, answered_at, reasons, entered_by, brought_by, residence,
    changed_by_staff, filing_check, filing_fields, document_kind, document_key, country, sealed, key_version, claimed_by,
    claimed_until, declared_at, same_as, same_said_by
) ON application TO :"role";
GRANT DELETE ON code_segment, stranger_count, application_photo TO :"role";
