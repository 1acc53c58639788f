-- CreateTable
CREATE TABLE "recorded_call" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "made_by" TEXT,

    CONSTRAINT "recorded_call_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy" (
    "account" TEXT NOT NULL,
    "recording" TEXT NOT NULL,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("account")
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
