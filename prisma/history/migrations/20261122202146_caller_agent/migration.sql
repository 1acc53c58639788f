-- AlterTable
ALTER TABLE "call_record" ADD COLUMN     "caller_agent_id" TEXT;
