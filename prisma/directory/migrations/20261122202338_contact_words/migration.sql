-- Both come with PostgreSQL (contrib) and are trusted: whoever may create in the database may add them. Schema public, because an
-- extension is there once in a database, whichever service came first.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

-- CreateIndex
CREATE INDEX "contact_account_e164_idx" ON "contact"("account", "e164");

-- Contacts that contain a text, of one account. An expression, since Prisma leaves those alone and would drop what it cannot write down.
CREATE INDEX "contact_words_idx" ON "contact" USING GIN ("account" public.text_ops, lower("search") public.gin_trgm_ops);
