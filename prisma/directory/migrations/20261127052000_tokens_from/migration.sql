-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "tokens_from" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "agent_tokens_from_idx" ON "agent"("tokens_from");
