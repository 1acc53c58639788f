-- CreateTable
CREATE TABLE "word_beginning" (
    "account" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "start" TEXT NOT NULL,
    "search" TEXT COLLATE "C" NOT NULL,
    "leads_to" TEXT,

    CONSTRAINT "word_beginning_pkey" PRIMARY KEY ("account","kind","id","start")
);

-- CreateIndex
CREATE INDEX "word_beginning_order_idx" ON "word_beginning" ("account", "kind", "start", "search", "id" COLLATE "C");

-- An index that PostgreSQL does not have: under each beginning of each word, up to three letters of it, what has such a word, in the one
-- order of lists. A search follows it until its page is full. It is kept in step with its table by the table itself.
CREATE FUNCTION keep_word_beginnings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM word_beginning WHERE account = OLD.account AND kind = OLD.kind AND id = OLD.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO word_beginning (account, kind, start, search, id, leads_to)
      SELECT DISTINCT NEW.account, NEW.kind, left(word, letters), NEW.search, NEW.id, NEW.leads_to
      FROM regexp_split_to_table(ltrim(NEW.search), ' ') AS word CROSS JOIN generate_series(1, 3) AS letters
      WHERE length(word) >= letters;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER word_beginnings AFTER INSERT OR DELETE ON "directory_entry" FOR EACH ROW EXECUTE FUNCTION keep_word_beginnings();
CREATE TRIGGER word_beginnings_changed AFTER UPDATE ON "directory_entry" FOR EACH ROW
  WHEN (OLD."search" <> NEW."search" OR OLD."leads_to" IS DISTINCT FROM NEW."leads_to") EXECUTE FUNCTION keep_word_beginnings();

CREATE FUNCTION empty_word_beginnings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE word_beginning;
  RETURN NULL;
END $$;
CREATE TRIGGER word_beginnings_emptied AFTER TRUNCATE ON "directory_entry" FOR EACH STATEMENT EXECUTE FUNCTION empty_word_beginnings();

INSERT INTO "word_beginning" ("account", "kind", "start", "search", "id", "leads_to")
  SELECT DISTINCT e."account", e."kind", left(word, letters), e."search", e."id", e."leads_to"
  FROM "directory_entry" e, regexp_split_to_table(ltrim(e."search"), ' ') AS word, generate_series(1, 3) AS letters
  WHERE length(word) >= letters;
