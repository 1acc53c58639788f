-- AlterTable
ALTER TABLE "number" ADD COLUMN     "recording" TEXT;

-- AlterTable
ALTER TABLE "policy" ADD COLUMN     "consultations_recorded" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "recording_days" INTEGER;

-- AlterTable. Calls that were known before were never recorded; the id of a call begins with its conversation's.
ALTER TABLE "recorded_call" ADD COLUMN     "agent_ids" TEXT[],
ADD COLUMN     "conversation_id" TEXT,
ADD COLUMN     "internal" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "leaves_cold" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "line_id" TEXT,
ADD COLUMN     "participants" TEXT[],
ADD COLUMN     "phase" TEXT NOT NULL DEFAULT 'answered',
ADD COLUMN     "place" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "policy" TEXT,
ADD COLUMN     "recording" TEXT NOT NULL DEFAULT 'OFF';
UPDATE "recorded_call" SET "conversation_id" = regexp_replace("id", '-c\d+$', ''), "place" = coalesce(substring("id" from '\d+$')::int, 1) - 1, "agent_ids" = '{}', "participants" = '{}';
ALTER TABLE "recorded_call" ALTER COLUMN "conversation_id" SET NOT NULL,
ALTER COLUMN "internal" DROP DEFAULT,
ALTER COLUMN "leaves_cold" DROP DEFAULT,
ALTER COLUMN "phase" DROP DEFAULT,
ALTER COLUMN "place" DROP DEFAULT,
ALTER COLUMN "recording" DROP DEFAULT;

-- CreateTable
CREATE TABLE "recorded_conversation" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "told" INTEGER NOT NULL DEFAULT 0,
    "wanted_seq" INTEGER NOT NULL DEFAULT 0,
    "settled" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "recorded_conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recording" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "legal_hold" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "recording_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "segment" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "recording_id" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "heard" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "media_key" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "segment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "account" TEXT NOT NULL,
    "recording_id" TEXT NOT NULL,
    "agent_id" TEXT,
    "what" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stream_seq" BIGINT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_position" (
    "id" INTEGER NOT NULL,
    "stream_created" TEXT NOT NULL,

    CONSTRAINT "outbox_position_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "recording_call_id_key" ON "recording"("call_id");

-- CreateIndex
CREATE INDEX "recording_account_started_at_id_idx" ON "recording"("account", "started_at", "id");

-- CreateIndex
CREATE INDEX "recording_account_conversation_id_idx" ON "recording"("account", "conversation_id");

-- CreateIndex
CREATE UNIQUE INDEX "segment_media_key_key" ON "segment"("media_key");

-- CreateIndex
CREATE INDEX "segment_recording_id_started_at_idx" ON "segment"("recording_id", "started_at");

-- CreateIndex
CREATE INDEX "audit_account_recording_id_id_idx" ON "audit"("account", "recording_id", "id");

-- CreateIndex
CREATE INDEX "outbox_stream_seq_id_idx" ON "outbox"("stream_seq", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_seq_key" ON "outbox"("key", "seq");

-- CreateIndex
CREATE INDEX "recorded_call_conversation_id_idx" ON "recorded_call"("conversation_id");
