-- CreateTable
CREATE TABLE "agent_phones" (
    "agent_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "phones" JSONB NOT NULL,

    CONSTRAINT "agent_phones_pkey" PRIMARY KEY ("agent_id")
);
