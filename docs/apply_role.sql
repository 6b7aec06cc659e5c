-- A PostgreSQL role for the public form as a process of its own (`serve --apply-only`); run it by the desk's owner, in the desk's
-- database, after each upgrade:
--
--     psql -v role=hbcore_apply -f docs/apply_role.sql DATABASE
--
-- The role itself, with its password, is made before: CREATE ROLE hbcore_apply LOGIN PASSWORD '...'.
--
-- What it may do is what applying, looking at one's own status, answering, declaring and withdrawing take. Rows about people are
-- under row-level security: in a transaction the role sees and changes nothing but what belongs to an application whose receipt it
-- names together with the keyed hash of its secret or document (`hbcore.receipt`, `hbcore.proofs`), or to a document whose keyed hash
-- it names (`hbcore.documents`): both are set for one transaction alone, and none can be listed, counted or guessed. It writes no
-- event of staff, approves nothing, states no fact but an applicant's own, and opens no photo but those that wait with a form which
-- is not sent yet, by the keyed hash of what only that form's page knows (`hbcore.form`).
--
-- What remains: whoever takes over the process has the keys that make such hashes, open what is sealed and sign codes, too, and
-- can ask for one document after the other, as the form itself does; the results of its holder and a filing of it are then open to
-- them, and the holder's code is theirs to write, and the name of one who is not approved yet. Besides: whether a look-up number
-- is that of one of our ids, if both are known, and whether an id is somebody's; the counts of how many people have which code,
-- which it can make wrong but not see; the counts of quotas, of which it can raise those whose hash it knows and hear how high
-- they are, but lists, lowers and forgets none; units, policies' tables, the names of institutions; of events their place in the
-- chain, and how many there are.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"role";
DROP SCHEMA IF EXISTS hbcore_apply CASCADE;
DO $$
DECLARE old record;
BEGIN
    FOR old IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' AND starts_with(policyname, 'apply_') LOOP
        EXECUTE 'DROP POLICY ' || quote_ident(old.policyname) || ' ON ' || quote_ident(old.tablename);
    END LOOP;
END
$$;
CREATE SCHEMA hbcore_apply;
GRANT USAGE ON SCHEMA hbcore_apply TO :"role";

CREATE FUNCTION hbcore_apply.hashes(setting text) RETURNS bytea[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(decode(one, 'hex')), '{}')
    FROM unnest(string_to_array(nullif(current_setting(setting, true), ''), ',')) AS one
$$;

CREATE FUNCTION hbcore_apply.people() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE reached AS (
        SELECT person_id AS id FROM document WHERE key = ANY (hbcore_apply.hashes('hbcore.documents'))
        UNION SELECT person_id FROM application WHERE document_key = ANY (hbcore_apply.hashes('hbcore.documents'))
        UNION SELECT joined_to FROM person JOIN reached ON person.id = reached.id WHERE joined_to IS NOT NULL
    )
    SELECT coalesce(array_agg(id), '{}') FROM reached
$$;

-- Asked while a row is changed, these see it as it was. What staff said of an application stays or goes, and is never said for them.
CREATE FUNCTION hbcore_apply.may_become(wanted application) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (state = wanted.state OR (state, wanted.state) IN (
        ('asked', 'waiting'), ('waiting', 'withdrawn'), ('asked', 'withdrawn'), ('asked', 'expired')
    ))
    AND entered_by IS NOT DISTINCT FROM wanted.entered_by
    AND coalesce(changed_by_staff, false) = coalesce(wanted.changed_by_staff, false)
    AND (wanted.brought_by IS NULL OR brought_by = wanted.brought_by)
    AND (wanted.claimed_by IS NULL OR claimed_by = wanted.claimed_by)
    AND ((wanted.same_as, wanted.same_said_by) IS NULL OR (same_as, same_said_by) = (wanted.same_as, wanted.same_said_by))
    FROM application WHERE id = wanted.id AND person_id = ANY (hbcore_apply.people())
$$;

CREATE FUNCTION hbcore_apply.is_held(somebody bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM person WHERE id = somebody)
$$;

CREATE FUNCTION hbcore_apply.open_online() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM application WHERE channel = 'online' AND (state = 'waiting' OR state = 'asked' OR state = 'second_review')
$$;

CREATE FUNCTION hbcore_apply.form_photos() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM form_photo
$$;

CREATE FUNCTION hbcore_apply.numbers_kept(numbers bigint[], people bigint[]) RETURNS TABLE (number bigint, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT kept.number, kept.person_id FROM unnest(numbers, people) AS asked (number, person)
    JOIN look_up_number AS kept ON kept.number = asked.number AND kept.person_id = asked.person
$$;

CREATE FUNCTION hbcore_apply.count_codes(units text[], colours text[], minutes bigint[], counts bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO code_bucket (unit, colour, minute, n) SELECT * FROM unnest(units, colours, minutes, counts)
    ON CONFLICT (unit, colour, minute) DO UPDATE SET n = code_bucket.n + excluded.n
$$;

CREATE FUNCTION hbcore_apply.counted(of_use text, of_key bytea, of_since bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n FROM stranger_count WHERE use = of_use AND key = of_key AND since = of_since
$$;

-- A count only grows, and a window that was said to end too early ends when it should: the desk itself forgets those that are over.
CREATE FUNCTION hbcore_apply.count_more(uses text[], keys bytea[], sinces bigint[], untils bigint[], more integer[])
RETURNS TABLE (use text, key bytea, since bigint, n integer) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO stranger_count AS c (use, key, since, until, n)
    SELECT * FROM unnest(uses, keys, sinces, untils, more) AS one (use, key, since, until, n) WHERE one.n > 0
    ON CONFLICT (use, key, since) DO UPDATE SET n = c.n + excluded.n, until = greatest(c.until, excluded.until)
    RETURNING c.use, c.key, c.since, c.n
$$;

CREATE FUNCTION hbcore_apply.last_receipt(first text, beyond text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(receipt) FROM application WHERE receipt >= first AND receipt < beyond
$$;

-- Columns are named wherever the form does not read them all: who proposed, confirmed, recorded and why is not theirs to see.
GRANT SELECT ON unit TO :"role";
GRANT SELECT (id, scope, valid_from, digest, content) ON policy TO :"role";
GRANT SELECT (code, name) ON institution TO :"role";
GRANT SELECT (kid, use, signs_until) ON code_key TO :"role";
GRANT INSERT ON look_up_number, person_token, application_step TO :"role";
GRANT SELECT, INSERT, DELETE ON code_segment, form_photo TO :"role";
GRANT SELECT, INSERT ON person, application, issued_code TO :"role";
GRANT SELECT (key, country, person_id), INSERT ON document TO :"role";
GRANT SELECT (application_id, state), INSERT ON notice TO :"role";
GRANT SELECT (person_id, id, kind, from_at, until_at, source, evidence, ended_at), INSERT ON fact TO :"role";
GRANT SELECT (person_id, from_at, until_at, colour, row), INSERT ON code_history TO :"role";
GRANT SELECT ON setting, filing TO :"role";
GRANT SELECT (
    person_id, id, assay, outcome, single, sampled_at, tested_at, reported_at, institution, sample_number, ended_at
) ON result TO :"role";
GRANT SELECT (person_id, id, sampled_at, sampled_day, sample_number, sampling_site, ended_at) ON sampling TO :"role";
GRANT SELECT (person_id, cti, expires_at) ON revoked_code TO :"role";
GRANT SELECT (application_id, kind), INSERT, DELETE ON application_photo TO :"role";
GRANT SELECT (seq, at, hash), INSERT ON event TO :"role";
GRANT SELECT (seq, hash), INSERT ON look_up_event TO :"role";
GRANT UPDATE (state, next_at, ended_at) ON notice TO :"role";
GRANT UPDATE (registration, application_id, registered_at, sealed, key_version, name_token) ON person TO :"role";
GRANT UPDATE (country) ON document TO :"role";
GRANT UPDATE (ended_at) ON fact TO :"role";
GRANT UPDATE (
    state, person_id, unit, due_at, remaining_seconds, asked_at, answered_at, reasons, entered_by, brought_by, residence,
    changed_by_staff, filing_check, filing_fields, document_kind, document_key, country, sealed, key_version, claimed_by,
    claimed_until, declared_at, same_as, same_said_by
) ON application TO :"role";

-- The desk owns the tables: for it nothing changes.
ALTER TABLE application ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON application FOR SELECT TO :"role" USING (
    person_id = ANY ((SELECT hbcore_apply.people())::bigint[])
    OR receipt = current_setting('hbcore.receipt', true) AND (
        secret_hash = ANY ((SELECT hbcore_apply.hashes('hbcore.proofs'))::bytea[])
        OR document_key = ANY ((SELECT hbcore_apply.hashes('hbcore.proofs'))::bytea[])
    )
);
CREATE POLICY apply_adds ON application FOR INSERT TO :"role" WITH CHECK (
    channel = 'online' AND state = 'waiting' AND decided_by IS NULL AND entered_by IS NULL AND brought_by IS NULL
    AND claimed_by IS NULL AND same_as IS NULL AND join_id IS NULL AND person_id = ANY ((SELECT hbcore_apply.people())::bigint[])
);
CREATE POLICY apply_changes ON application FOR UPDATE TO :"role"
    USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]) AND state IN ('waiting', 'asked', 'second_review', 'approved'))
    WITH CHECK (hbcore_apply.may_become(application) AND person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));

ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON person FOR SELECT TO :"role" USING (id = ANY ((SELECT hbcore_apply.people())::bigint[]));
CREATE POLICY apply_adds ON person FOR INSERT TO :"role"
    WITH CHECK (registration <> 'approved' AND joined_to IS NULL AND naat_at IS NULL);
CREATE POLICY apply_changes ON person FOR UPDATE TO :"role"
    USING (id = ANY ((SELECT hbcore_apply.people())::bigint[]) AND registration <> 'approved') WITH CHECK (registration <> 'approved');

-- What somebody is found by is written of who is named, or has not been written yet: never of anybody else who is held.
ALTER TABLE look_up_number ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_adds ON look_up_number FOR INSERT TO :"role" WITH CHECK (NOT hbcore_apply.is_held(person_id));

ALTER TABLE person_token ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_adds ON person_token FOR INSERT TO :"role" WITH CHECK (
    person_id = ANY ((SELECT hbcore_apply.people())::bigint[]) OR NOT hbcore_apply.is_held(person_id)
);

-- A document of somebody's would bring everything about them within reach.
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reaches ON document TO :"role" USING (key = ANY ((SELECT hbcore_apply.hashes('hbcore.documents'))::bytea[]))
    WITH CHECK (
        key = ANY ((SELECT hbcore_apply.hashes('hbcore.documents'))::bytea[])
        AND (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]) OR NOT hbcore_apply.is_held(person_id))
    );

ALTER TABLE filing ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON filing FOR SELECT TO :"role"
    USING (document_key = ANY ((SELECT hbcore_apply.hashes('hbcore.documents'))::bytea[]));

ALTER TABLE result ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON result FOR SELECT TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));

ALTER TABLE sampling ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON sampling FOR SELECT TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));

ALTER TABLE fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON fact FOR SELECT TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));
CREATE POLICY apply_adds ON fact FOR INSERT TO :"role"
    WITH CHECK (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]) AND kind = 'self_declared' AND source = 'declared on the application');
CREATE POLICY apply_changes ON fact FOR UPDATE TO :"role"
    USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]) AND source = 'declared on the application');

ALTER TABLE code_segment ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reaches ON code_segment TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));

ALTER TABLE code_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reaches ON code_history TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));

ALTER TABLE revoked_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON revoked_code FOR SELECT TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));

ALTER TABLE issued_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON issued_code FOR SELECT TO :"role" USING (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]));
CREATE POLICY apply_adds ON issued_code FOR INSERT TO :"role"
    WITH CHECK (person_id = ANY ((SELECT hbcore_apply.people())::bigint[]) AND kind = 'status' AND issued_by IS NULL);

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reaches ON notice TO :"role" USING (application_id IN (SELECT id FROM application));

ALTER TABLE application_photo ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reaches ON application_photo TO :"role" USING (application_id IN (SELECT id FROM application));

ALTER TABLE form_photo ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reaches ON form_photo TO :"role" USING (form_key = ANY ((SELECT hbcore_apply.hashes('hbcore.form'))::bytea[]));

ALTER TABLE application_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_adds ON application_step FOR INSERT TO :"role"
    WITH CHECK (by_id IS NULL AND application_id IN (SELECT id FROM application));

ALTER TABLE setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON setting FOR SELECT TO :"role" USING (name = 'hotline' OR starts_with(name, 'form_'));

ALTER TABLE event ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON event FOR SELECT TO :"role" USING (true);
CREATE POLICY apply_adds ON event FOR INSERT TO :"role" WITH CHECK (by_id IS NULL AND by_name = '' AND role = '');

ALTER TABLE look_up_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY apply_reads ON look_up_event FOR SELECT TO :"role" USING (true);
CREATE POLICY apply_adds ON look_up_event FOR INSERT TO :"role" WITH CHECK (by_id IS NULL AND by_name = '' AND role = '');
