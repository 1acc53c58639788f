-- AlterTable
ALTER TABLE "number" ADD COLUMN     "files" JSONB NOT NULL DEFAULT '{"greeting": null, "voicemail": null, "unavailable": null, "music": null}',
ADD COLUMN     "language" TEXT,
ADD COLUMN     "voicemail_message" TEXT;
