-- CreateTable
CREATE TABLE "number" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "dedicated_agent_id" TEXT,
    "dedicated_team_id" TEXT,

    CONSTRAINT "number_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "member_ids" TEXT[],

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voicemail" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "number_id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "left_at" TIMESTAMPTZ(3) NOT NULL,
    "media_key" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "voicemail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "number_account_idx" ON "number"("account");

-- CreateIndex
CREATE UNIQUE INDEX "voicemail_media_key_key" ON "voicemail"("media_key");

-- CreateIndex
CREATE INDEX "voicemail_account_left_at_id_idx" ON "voicemail"("account", "left_at", "id");

-- CreateIndex
CREATE INDEX "voicemail_account_number_id_left_at_id_idx" ON "voicemail"("account", "number_id", "left_at", "id");
