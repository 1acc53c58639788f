-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "active" BOOLEAN NOT NULL DEFAULT true,
DROP COLUMN "offerable";

-- As before, and nobody who was deactivated. It agrees with hindranceFor('TRANSFER', ...) of libs/domain/presence: agent.store.spec.ts compares the two.
ALTER TABLE "agent" ADD COLUMN     "offerable" BOOLEAN GENERATED ALWAYS AS (active AND status IN ('AVAILABLE', 'TRANSFERS_ONLY') AND reachable AND NOT in_wrap_up AND engaged_as IS NULL AND settling_conversation IS NULL) STORED;
CREATE INDEX "agent_offerable_idx" ON "agent" ("account", "search", "id" COLLATE "C") WHERE "offerable";
