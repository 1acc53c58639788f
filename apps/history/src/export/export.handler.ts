import type { Identity } from '@cordboard/platform-subgraph';
import type { DirectoryStore } from '../directory/directory.store.ts';
import { wantedBy } from '../records/record.resolver.ts';
import type { CallRow, RecordStore } from '../records/record.store.ts';
import type { RowFilter } from '../records/wanted.store.ts';
import type { ExportedRow } from './columns.ts';

/** Rows that are read, and held, at a time. */
const BATCH = 500;

/** The whole history that somebody may see, batch after batch: the same rows in the same order as `callHistory`. */
export class ExportHandler {
  constructor(
    private readonly records: RecordStore,
    private readonly directory: DirectoryStore,
  ) {}

  /** Reads on as rows are taken. Each batch is a statement of its own: an export that takes hours holds nothing up. */
  async *rows(identity: Identity, filter: RowFilter): AsyncGenerator<ExportedRow> {
    const wanted = await wantedBy(identity, filter, this.directory);
    for (let after: readonly string[] | null = null; ;) {
      const calls: readonly CallRow[] = await this.records.list(wanted, after, BATCH);
      yield* await this.complete(identity.account, calls);
      const end = calls.at(-1);
      if (!end || calls.length < BATCH) return;
      after = [end.startedAt, end.id];
    }
  }

  private async complete(account: string, calls: readonly CallRow[]): Promise<readonly ExportedRow[]> {
    const ids = (...found: readonly (string | null)[]): string[] => [...new Set(found.filter((id) => id !== null))];
    const [transfers, agents, numbers] = await Promise.all([
      this.records.transfersOf(
        account,
        calls.map(({ id }) => id),
      ),
      this.directory.namesOf(account, 'agent', ids(...calls.flatMap((call) => [call.agentId, call.callerAgentId]))),
      this.directory.namesOf(account, 'number', ids(...calls.flatMap((call) => [call.lineId, call.entryNumberId]))),
    ]);
    const transfersOf = new Map(transfers.map((row) => [row.id, row.transfers]));
    const named = (id: string | null): string | null => (id === null ? null : (agents.get(id)?.name ?? id));
    const numbered = (id: string | null): string | null => (id === null ? null : (numbers.get(id)?.e164 ?? id));
    return calls.map((call) => ({
      call,
      transfers: transfersOf.get(call.id) ?? [],
      agent: named(call.agentId),
      callerAgent: named(call.callerAgentId),
      line: numbered(call.lineId),
      entryNumber: numbered(call.entryNumberId),
    }));
  }
}
