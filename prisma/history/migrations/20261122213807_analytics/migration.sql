-- DropIndex
DROP INDEX "call_record_account_agent_id_started_at_idx";

-- DropIndex
DROP INDEX "call_record_participants_idx";

-- DropIndex
DROP INDEX "transfer_record_account_transferor_id_started_at_idx";

-- AlterTable
ALTER TABLE "call_record" ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "transfer_kinds" TEXT[],
ADD COLUMN     "transferred" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "wrap_up_ms" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "transfer_record" ADD COLUMN     "answered_at" TIMESTAMPTZ(3),
ADD COLUMN     "counted_kind" TEXT NOT NULL DEFAULT 'AGENT',
ADD COLUMN     "initiated" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "returning_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "call_participant" (
    "call_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "own" BOOLEAN NOT NULL,

    CONSTRAINT "call_participant_pkey" PRIMARY KEY ("call_id","agent_id")
);

-- CreateTable
CREATE TABLE "call_tag" (
    "call_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_tag_pkey" PRIMARY KEY ("call_id","tag")
);

-- CreateTable
CREATE TABLE "tagging" (
    "call_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "tags" TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tagging_pkey" PRIMARY KEY ("call_id")
);

-- CreateTable
CREATE TABLE "policy" (
    "account" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "history_days" INTEGER,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("account")
);

-- CreateTable
CREATE TABLE "directory_entry" (
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "e164" TEXT,
    "member_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "directory_entry_pkey" PRIMARY KEY ("kind","id")
);

-- CreateIndex
CREATE INDEX "call_participant_account_agent_id_started_at_call_id_idx" ON "call_participant"("account", "agent_id", "started_at" DESC, "call_id" DESC);

-- CreateIndex
CREATE INDEX "call_tag_account_tag_started_at_call_id_idx" ON "call_tag"("account", "tag", "started_at" DESC, "call_id" DESC);

-- CreateIndex
CREATE INDEX "tagging_account_at_idx" ON "tagging"("account", "at");

-- CreateIndex
CREATE INDEX "call_record_account_line_id_started_at_id_idx" ON "call_record"("account", "line_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "call_record_account_entry_number_id_started_at_id_idx" ON "call_record"("account", "entry_number_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "call_record_account_direction_started_at_id_idx" ON "call_record"("account", "direction", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "call_record_account_outcome_started_at_id_idx" ON "call_record"("account", "outcome", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "call_record_account_caller_started_at_id_idx" ON "call_record"("account", "caller", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "call_record_account_transferred_started_at_id_idx" ON "call_record"("account", "transferred", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "transfer_record_account_started_at_idx" ON "transfer_record"("account", "started_at");

-- CreateIndex
CREATE INDEX "transfer_record_account_transferor_id_initiated_started_at__idx" ON "transfer_record"("account", "transferor_id", "initiated", "started_at", "counted_kind");

-- CreateIndex
CREATE INDEX "wrap_up_account_ended_at_idx" ON "wrap_up"("account", "ended_at");

-- CreateIndex
CREATE INDEX "offer_record_transfer_id_idx" ON "offer_record"("transfer_id");

-- What the rows that are there already come to
UPDATE "call_record" SET
  "transfer_kinds" = ARRAY(SELECT DISTINCT target->>'kind' FROM "transfer_record" WHERE call_id = "call_record".id ORDER BY 1),
  "transferred" = EXISTS (SELECT FROM "transfer_record" WHERE call_id = "call_record".id),
  "wrap_up_ms" = (SELECT coalesce(sum(1000 * extract(epoch FROM ended_at - started_at)), 0)::int FROM "wrap_up" WHERE call_id = "call_record".id);
UPDATE "transfer_record" SET
  "counted_kind" = CASE WHEN target->>'kind' <> 'CONTACT' THEN target->>'kind' WHEN target->>'numberId' IS NULL THEN 'EXTERNAL' ELSE 'NUMBER' END,
  "answered_at" = coalesce(
    (SELECT min(ended_at) FROM "offer_record" WHERE transfer_id = "transfer_record".id AND outcome = 'ACCEPTED' AND kind <> 'TRANSFER_RETURN'),
    (SELECT answered_at FROM "call_record" WHERE id = "transfer_record".new_call_id)),
  "returning_at" = (SELECT min(offered_at) FROM "offer_record" WHERE transfer_id = "transfer_record".id AND kind = 'TRANSFER_RETURN'),
  "initiated" = status = 'COMPLETED' AND EXISTS (
    SELECT FROM "call_record" WHERE id = "transfer_record".call_id AND direction = 'INBOUND' AND answered_at IS NOT NULL AND agent_id = transferor_id);
INSERT INTO "call_participant" (call_id, agent_id, account, started_at, own)
  SELECT id, agent, account, started_at, coalesce(agent = agent_id, false) OR coalesce(agent = caller_agent_id, false)
  FROM "call_record" CROSS JOIN LATERAL unnest(participants) AS agent;
