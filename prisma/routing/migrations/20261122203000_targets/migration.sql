-- Searching by any part of a word, within an account. Both are trusted extensions of PostgreSQL's own contrib: whoever owns the
-- database may install them. They lie in public, so that every service finds the same.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

-- DropIndex
DROP INDEX "agent_account_search_id_idx";

-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "default_number_id" TEXT,
ADD COLUMN     "dedicated_number_id" TEXT,
ADD COLUMN     "forwarding" TEXT,
ADD COLUMN     "idle_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "last_offered_at" TIMESTAMPTZ(3),
ADD COLUMN     "may_dial_out" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "wrap_up_call_id" TEXT,
-- agrees with hindranceFor('TRANSFER', ...) of libs/domain/presence: agent.store.spec.ts compares the two
ADD COLUMN     "offerable" BOOLEAN GENERATED ALWAYS AS (status IN ('AVAILABLE', 'TRANSFERS_ONLY') AND reachable AND NOT in_wrap_up AND engaged_as IS NULL AND settling_conversation IS NULL) STORED,
-- one order everywhere, whatever the database's own collation
ALTER COLUMN "search" TYPE TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "directory_entry" ADD COLUMN     "leads_to" TEXT,
ADD COLUMN     "number_id" TEXT,
ADD COLUMN     "search" TEXT COLLATE "C" NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "team_member" (
    "account" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,

    CONSTRAINT "team_member_pkey" PRIMARY KEY ("account","team_id","agent_id")
);

-- what was told before: as searchText (libs/domain/transfer) writes it, but for national forms, which the next telling adds
UPDATE "agent" SET "search" = ' ' || "search", "may_dial_out" = true;
INSERT INTO "directory_entry" ("account", "kind", "id", "name", "body") SELECT "account", 'agent', "id", "name", '{}' FROM "agent";
UPDATE "directory_entry" SET
  "search" = ' ' || trim(regexp_replace(lower(regexp_replace(normalize("name", NFD), '[\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+', ' ', 'g') || ' ' || coalesce(substring("e164" from 2), '')),
  "number_id" = "body"->>'numberId',
  "leads_to" = CASE WHEN "kind" <> 'contact' THEN NULL WHEN "body"->>'numberId' IS NOT NULL THEN 'NUMBER' ELSE 'NOWHERE' END;
UPDATE "directory_entry" e SET "search" = a."search" FROM "agent" a WHERE e."kind" = 'agent' AND a."account" = e."account" AND a."id" = e."id";
INSERT INTO "team_member" ("account", "team_id", "agent_id")
  SELECT DISTINCT t."account", t."id", m.id FROM "directory_entry" t, jsonb_array_elements_text(t."body"->'memberIds') AS m(id) WHERE t."kind" = 'team';

-- CreateIndex
CREATE INDEX "directory_entry_account_number_id_idx" ON "directory_entry"("account", "number_id");

-- CreateIndex
CREATE INDEX "team_member_account_agent_id_idx" ON "team_member"("account", "agent_id");

-- Pages of targets, in their one order: who can be chosen now; everything of a kind; contacts by where they lead.
CREATE INDEX "agent_offerable_idx" ON "agent" ("account", "search", "id" COLLATE "C") WHERE "offerable";
CREATE INDEX "directory_entry_order_idx" ON "directory_entry" ("account", "kind", "search", "id" COLLATE "C");
CREATE INDEX "directory_entry_leads_to_idx" ON "directory_entry" ("account", "leads_to", "search", "id" COLLATE "C") WHERE "kind" = 'contact';
CREATE INDEX "directory_entry_search_idx" ON "directory_entry" USING gin ("account", "kind", "search" public.gin_trgm_ops) WHERE "kind" <> 'policy';

-- Since then an agent's row also tells since when they have had no call, and when they were last rung.
--
-- One command, one round trip: everything that it changes, or nothing. Checks come before writes, so that every answer but
-- 'saved' leaves things as they were.
--
-- p: { id, account, expected, version, told, live, state, events, at,
--      cursor?: { source, key, from, seq },                     the stream's event that this is the effect of
--      once?: { agentId, key, hash, result },                   the idempotency key of the command
--      agents: [{ id, rev?, engagedAs?, reserved, settle }],    who is taken, kept or let go; rev: only if nobody changed them since
--      timers: { set: [{ id, dueAt, body }], end: [id] },
--      outbox?: { key, from, seq, subject, body } }
-- answers { outcome: saved, outboxId } | { outcome: duplicate | gap | conflict | agents } | { outcome: repeated, hash, result }
CREATE OR REPLACE FUNCTION save_conversation(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  cid text := p->>'id';
  acc text := p->>'account';
  expected int := (p->>'expected')::int;
  place int;
  known record;
  -- arrays, not joins with the JSON: whatever the statistics say, few rows are found by their index
  ids text[] := ARRAY(SELECT a->>'id' FROM jsonb_array_elements(p->'agents') AS a);
  ended text[] := ARRAY(SELECT jsonb_array_elements_text(p->'timers'->'end'));
  locked int;
  sent bigint;
BEGIN
  IF p ? 'cursor' THEN
    INSERT INTO inbox (source, key, seq) VALUES (p->'cursor'->>'source', p->'cursor'->>'key', 0)
      ON CONFLICT (source, key) DO UPDATE SET key = excluded.key RETURNING seq INTO place;
    IF (p->'cursor'->>'seq')::int <= place THEN RETURN '{"outcome":"duplicate"}'; END IF;
    IF (p->'cursor'->>'from')::int > place + 1 THEN RETURN '{"outcome":"gap"}'; END IF;
  END IF;

  IF p ? 'once' THEN
    SELECT hash, result INTO known FROM idempotency WHERE account = acc AND agent_id = p->'once'->>'agentId' AND key = p->'once'->>'key';
    IF FOUND THEN RETURN jsonb_build_object('outcome', 'repeated', 'hash', known.hash, 'result', known.result); END IF;
  END IF;

  IF p ? 'state' THEN
    IF expected > 0 THEN
      PERFORM 1 FROM conversation WHERE id = cid AND version = expected FOR UPDATE;
      IF NOT FOUND THEN RETURN '{"outcome":"conflict"}'; END IF;
    ELSE
      PERFORM 1 FROM conversation WHERE id = cid;
      IF FOUND THEN RETURN '{"outcome":"conflict"}'; END IF;
    END IF;

    SELECT count(*) INTO locked FROM (SELECT id, rev FROM agent WHERE id = ANY(ids) AND account = acc ORDER BY id FOR UPDATE) AS a
      JOIN jsonb_to_recordset(p->'agents') AS t(id text, rev int) ON t.id = a.id AND (t.rev IS NULL OR t.rev = a.rev);
    IF locked <> jsonb_array_length(p->'agents') THEN RETURN '{"outcome":"agents"}'; END IF;

    -- all is as it was decided on: now the writes
    IF expected > 0 THEN
      UPDATE conversation SET version = (p->>'version')::int, told = (p->>'told')::int, live = (p->>'live')::boolean, state = p->'state' WHERE id = cid;
    ELSE
      INSERT INTO conversation (id, account, version, told, live, state, started_at)
        VALUES (cid, acc, (p->>'version')::int, (p->>'told')::int, (p->>'live')::boolean, p->'state', (p->>'at')::timestamptz);
    END IF;
    INSERT INTO conversation_event (conversation_id, version, events) VALUES (cid, (p->>'version')::int, p->'events');

    UPDATE agent a SET rev = a.rev + 1,
        engaged_by = CASE WHEN t."engagedAs" IS NOT NULL THEN cid WHEN a.engaged_by = cid THEN NULL ELSE a.engaged_by END,
        engaged_as = CASE WHEN t."engagedAs" IS NOT NULL THEN t."engagedAs" WHEN a.engaged_by = cid THEN NULL ELSE a.engaged_as END,
        reserved_by = CASE WHEN t.reserved THEN array_append(array_remove(a.reserved_by, cid), cid) ELSE array_remove(a.reserved_by, cid) END,
        settling_conversation = CASE WHEN t.settle THEN cid ELSE a.settling_conversation END,
        settling_seq = CASE WHEN t.settle THEN (p->>'told')::int ELSE a.settling_seq END,
        idle_since = CASE WHEN t."engagedAs" IS NULL AND a.engaged_by = cid AND a.engaged_as = 'IN_CALL' THEN (p->>'at')::timestamptz ELSE a.idle_since END,
        last_offered_at = CASE WHEN t."engagedAs" = 'RINGING' THEN (p->>'at')::timestamptz ELSE a.last_offered_at END
      FROM jsonb_to_recordset(p->'agents') AS t(id text, "engagedAs" text, reserved boolean, settle boolean) WHERE a.id = ANY(ids) AND a.id = t.id;

    DELETE FROM timer WHERE id = ANY(ended);
    INSERT INTO timer (id, due_at, subject, body)
      SELECT t.id, t."dueAt"::timestamptz, cid, t.body FROM jsonb_to_recordset(p->'timers'->'set') AS t(id text, "dueAt" text, body jsonb)
      ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, body = excluded.body, claimed_until = NULL;

    IF p ? 'outbox' THEN
      INSERT INTO outbox (key, seq, subject, body) VALUES (p->'outbox'->>'key', (p->'outbox'->>'seq')::int, p->'outbox'->>'subject', p->'outbox'->'body') RETURNING id INTO sent;
    END IF;
    IF p ? 'once' THEN
      INSERT INTO idempotency (account, agent_id, key, hash, result) VALUES (acc, p->'once'->>'agentId', p->'once'->>'key', p->'once'->>'hash', p->'once'->>'result');
    END IF;
  END IF;

  IF p ? 'cursor' THEN
    UPDATE inbox SET seq = (p->'cursor'->>'seq')::int WHERE source = p->'cursor'->>'source' AND key = p->'cursor'->>'key';
  END IF;
  RETURN jsonb_build_object('outcome', 'saved', 'outboxId', sent::text);
END $$;
