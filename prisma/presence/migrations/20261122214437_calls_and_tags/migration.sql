-- CreateTable
CREATE TABLE "call" (
    "id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "agent_id" TEXT,
    "caller_agent_id" TEXT,
    "participants" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "must_have_tag" BOOLEAN NOT NULL DEFAULT false,
    "told" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "call_pkey" PRIMARY KEY ("id")
);

-- What is kept of an agent has more in it; a wrap-up that goes on was after a call's end, as far as anybody knows.
UPDATE "agent" SET "state" = "state" || '{"toDo": [], "busy": null}'::jsonb || CASE WHEN jsonb_typeof("state"->'wrapUp') = 'object'
  THEN jsonb_build_object('wrapUp', ("state"->'wrapUp') || '{"reason": "CALL_ENDED", "tag": "NONE", "overdue": false}'::jsonb) ELSE '{}'::jsonb END;

-- Its timer says which end it was set for.
UPDATE "timer" SET "body" = "timer"."body" || jsonb_build_object('until', "agent"."state"->'wrapUp'->>'until')
FROM "agent" WHERE "timer"."id" = 'wrap-up-' || "agent"."id" AND jsonb_typeof("agent"."state"->'wrapUp') = 'object';
