-- AlterTable
ALTER TABLE "number" ADD COLUMN     "recording" TEXT;

-- AlterTable
ALTER TABLE "policy" ADD COLUMN     "busy_after_cold_seconds" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "consultations_recorded" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "history_days" INTEGER,
ADD COLUMN     "recording_days" INTEGER,
ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "time_zone" TEXT NOT NULL DEFAULT 'UTC';
