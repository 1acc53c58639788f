-- AlterTable
ALTER TABLE "leg" ADD COLUMN     "heard" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "hearing" JSONB;

-- CreateTable
CREATE TABLE "voicemail" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "leg_id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "number_id" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "left_at" TIMESTAMPTZ(3) NOT NULL,
    "told" BOOLEAN NOT NULL,

    CONSTRAINT "voicemail_pkey" PRIMARY KEY ("id")
);
