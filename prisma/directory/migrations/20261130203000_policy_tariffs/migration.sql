-- AlterTable
ALTER TABLE "policy" ADD COLUMN     "allowed_tariffs" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "short_numbers_allowed" BOOLEAN NOT NULL DEFAULT false;
