-- A device of an agent is one row, wherever its socket is: the newest stays.
DELETE FROM "device" old USING "device" newer
WHERE old.agent_id = newer.agent_id AND old.device_id = newer.device_id AND (old.opened_at, old.ctid) < (newer.opened_at, newer.ctid);

-- DropIndex
DROP INDEX "device_agent_id_idx";

-- AlterTable
ALTER TABLE "device" DROP CONSTRAINT "device_pkey",
ADD COLUMN     "app_version" TEXT,
ADD COLUMN     "jitter_ms" DOUBLE PRECISION,
ADD COLUMN     "packet_loss" DOUBLE PRECISION,
ADD COLUMN     "reported_at" TIMESTAMPTZ(3),
ADD COLUMN     "rtt_ms" DOUBLE PRECISION,
ADD CONSTRAINT "device_pkey" PRIMARY KEY ("agent_id", "device_id");

-- CreateIndex
CREATE INDEX "device_node_id_idx" ON "device"("node_id");
