-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "active" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "directory_entry" ADD COLUMN     "deleted" BOOLEAN NOT NULL DEFAULT false;
