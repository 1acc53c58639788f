-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "extension" TEXT NOT NULL DEFAULT '';

-- what is searched in has always ended with it
UPDATE "agent" SET "extension" = substring("search" from '[^ ]+$') WHERE "search" LIKE '% %';
