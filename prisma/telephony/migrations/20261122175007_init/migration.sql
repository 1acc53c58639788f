-- CreateTable
CREATE TABLE "leg" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "agent_id" TEXT,
    "address" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "room" TEXT,
    "held" BOOLEAN NOT NULL,
    "call_id" TEXT,
    "last_seq" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leg_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "wiring" (
    "conversation_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "live" BOOLEAN NOT NULL,

    CONSTRAINT "wiring_pkey" PRIMARY KEY ("conversation_id")
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

-- CreateIndex
CREATE INDEX "leg_conversation_id_idx" ON "leg"("conversation_id");

-- CreateIndex
CREATE INDEX "leg_state_idx" ON "leg"("state");

-- CreateIndex
CREATE INDEX "wiring_live_idx" ON "wiring"("live");

-- CreateIndex
CREATE INDEX "outbox_stream_seq_id_idx" ON "outbox"("stream_seq", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_seq_key" ON "outbox"("key", "seq");
