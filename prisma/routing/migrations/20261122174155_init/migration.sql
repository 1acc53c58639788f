-- CreateTable
CREATE TABLE "conversation" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "told" INTEGER NOT NULL,
    "live" BOOLEAN NOT NULL,
    "state" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation_event" (
    "conversation_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "events" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conversation_event_pkey" PRIMARY KEY ("conversation_id","version")
);

-- CreateTable
CREATE TABLE "agent" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "search" TEXT NOT NULL,
    "rev" INTEGER NOT NULL DEFAULT 0,
    "standing_rev" INTEGER NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL DEFAULT 'AVAILABLE',
    "reachable" BOOLEAN NOT NULL DEFAULT false,
    "in_wrap_up" BOOLEAN NOT NULL DEFAULT false,
    "engaged_by" TEXT,
    "engaged_as" TEXT,
    "reserved_by" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "settling_conversation" TEXT,
    "settling_seq" INTEGER,

    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "directory_entry" (
    "account" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "e164" TEXT,
    "body" JSONB NOT NULL,

    CONSTRAINT "directory_entry_pkey" PRIMARY KEY ("account","kind","id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "account" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("account","agent_id","key")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stream_seq" BIGINT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_position" (
    "id" INTEGER NOT NULL,
    "stream_created" TEXT NOT NULL,

    CONSTRAINT "outbox_position_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("source","key")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "error" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timer" (
    "id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "subject" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "timer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "conversation_live_account_idx" ON "conversation"("live", "account");

-- CreateIndex
CREATE INDEX "agent_account_search_id_idx" ON "agent"("account", "search", "id");

-- CreateIndex
CREATE INDEX "directory_entry_kind_e164_idx" ON "directory_entry"("kind", "e164");

-- CreateIndex
CREATE INDEX "outbox_stream_seq_id_idx" ON "outbox"("stream_seq", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_seq_key" ON "outbox"("key", "seq");

-- CreateIndex
CREATE INDEX "timer_due_at_idx" ON "timer"("due_at");

-- CreateIndex
CREATE INDEX "timer_subject_idx" ON "timer"("subject");
