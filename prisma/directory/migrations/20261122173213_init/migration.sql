-- CreateTable
CREATE TABLE "agent" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "extension" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "default_number_id" TEXT,
    "forwarding" TEXT,
    "may_dial_out" BOOLEAN NOT NULL DEFAULT true,
    "search" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_member" (
    "team_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,

    CONSTRAINT "team_member_pkey" PRIMARY KEY ("team_id","agent_id")
);

-- CreateTable
CREATE TABLE "number" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "e164" TEXT NOT NULL,
    "dedicated_agent_id" TEXT,
    "dedicated_team_id" TEXT,
    "voicemail" BOOLEAN NOT NULL,
    "unavailability_message" TEXT,
    "distribution" JSONB NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "number_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "e164" TEXT NOT NULL,
    "number_id" TEXT,
    "search" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy" (
    "account" TEXT NOT NULL,
    "ring_seconds" INTEGER NOT NULL,
    "wrap_up_seconds" INTEGER NOT NULL,
    "tag_required" BOOLEAN NOT NULL,
    "allowed_countries" TEXT[],
    "blocked_numbers" TEXT[],
    "recording" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("account")
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
CREATE INDEX "agent_account_search_id_idx" ON "agent"("account", "search", "id");

-- CreateIndex
CREATE UNIQUE INDEX "agent_account_extension_key" ON "agent"("account", "extension");

-- CreateIndex
CREATE INDEX "team_account_name_id_idx" ON "team"("account", "name", "id");

-- CreateIndex
CREATE INDEX "team_member_agent_id_idx" ON "team_member"("agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "number_e164_key" ON "number"("e164");

-- CreateIndex
CREATE UNIQUE INDEX "number_dedicated_agent_id_key" ON "number"("dedicated_agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "number_dedicated_team_id_key" ON "number"("dedicated_team_id");

-- CreateIndex
CREATE INDEX "number_account_label_id_idx" ON "number"("account", "label", "id");

-- CreateIndex
CREATE INDEX "contact_account_search_id_idx" ON "contact"("account", "search", "id");

-- CreateIndex
CREATE INDEX "outbox_stream_seq_id_idx" ON "outbox"("stream_seq", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_seq_key" ON "outbox"("key", "seq");

-- AddForeignKey
ALTER TABLE "agent" ADD CONSTRAINT "agent_default_number_id_fkey" FOREIGN KEY ("default_number_id") REFERENCES "number"("id") ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "number" ADD CONSTRAINT "number_dedicated_agent_id_fkey" FOREIGN KEY ("dedicated_agent_id") REFERENCES "agent"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "number" ADD CONSTRAINT "number_dedicated_team_id_fkey" FOREIGN KEY ("dedicated_team_id") REFERENCES "team"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_number_id_fkey" FOREIGN KEY ("number_id") REFERENCES "number"("id") ON DELETE SET NULL ON UPDATE CASCADE;
