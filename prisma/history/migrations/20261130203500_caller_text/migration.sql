-- AlterTable
ALTER TABLE "call_record" ADD COLUMN     "caller_text" TEXT;
