-- CreateTable
CREATE TABLE "recording_want" (
    "conversation_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "want" TEXT NOT NULL,
    "consultations" BOOLEAN NOT NULL,
    "seq" INTEGER NOT NULL,
    "settled" INTEGER NOT NULL DEFAULT 0,
    "told" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "recording_want_pkey" PRIMARY KEY ("conversation_id")
);

-- CreateTable
CREATE TABLE "segment" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "heard" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seconds" DOUBLE PRECISION,
    "told" BOOLEAN NOT NULL,

    CONSTRAINT "segment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recording_want_want_idx" ON "recording_want"("want");
