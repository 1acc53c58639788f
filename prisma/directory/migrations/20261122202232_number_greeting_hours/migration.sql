-- AlterTable
ALTER TABLE "number" ADD COLUMN     "greeting" TEXT,
ADD COLUMN     "opening_hours" JSONB;
