-- DropIndex
DROP INDEX "number_e164_key";

-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "deactivated_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "number" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "team" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "agent_deactivated_at_idx" ON "agent"("deactivated_at");

-- The phone number of a deleted Number may become a Number again.
CREATE UNIQUE INDEX "number_e164_key" ON "number"("e164") WHERE "deleted_at" IS NULL;
