-- CreateTable
CREATE TABLE "call_record" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "caller" TEXT,
    "line_id" TEXT,
    "entry_number_id" TEXT,
    "agent_id" TEXT,
    "via_transfer_id" TEXT,
    "outcome" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "phase" TEXT NOT NULL,
    "phase_since" TIMESTAMPTZ(3) NOT NULL,
    "ring_ms" INTEGER NOT NULL,
    "talk_ms" INTEGER NOT NULL,
    "hold_ms" INTEGER NOT NULL,
    "participants" TEXT[],

    CONSTRAINT "call_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transfer_record" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "converted_from" TEXT,
    "status" TEXT NOT NULL,
    "end_reason" TEXT,
    "transferor_id" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "target_agent_id" TEXT,
    "new_call_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "connected_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "transfer_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "offer_record" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "transfer_id" TEXT,
    "kind" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "offered_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "reason" TEXT,

    CONSTRAINT "offer_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "wrap_up" (
    "call_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wrap_up_pkey" PRIMARY KEY ("call_id","agent_id")
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
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "call_record_account_started_at_id_idx" ON "call_record"("account", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "call_record_account_agent_id_started_at_idx" ON "call_record"("account", "agent_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "call_record_conversation_id_idx" ON "call_record"("conversation_id");

-- CreateIndex
CREATE INDEX "call_record_participants_idx" ON "call_record" USING GIN ("participants");

-- CreateIndex
CREATE INDEX "transfer_record_conversation_id_idx" ON "transfer_record"("conversation_id");

-- CreateIndex
CREATE INDEX "transfer_record_call_id_idx" ON "transfer_record"("call_id");

-- CreateIndex
CREATE INDEX "transfer_record_account_transferor_id_started_at_idx" ON "transfer_record"("account", "transferor_id", "started_at");

-- CreateIndex
CREATE INDEX "offer_record_conversation_id_idx" ON "offer_record"("conversation_id");

-- CreateIndex
CREATE INDEX "offer_record_call_id_idx" ON "offer_record"("call_id");
