import { refuse } from '@cordboard/decider';
import type { Database } from '@cordboard/platform-database';
import { connection, notFound, page, refused, type Connection, type Identity, type Refused } from '@cordboard/platform-subgraph';
import type { Access } from '../access/access.handler.ts';
import type { AuditStore, Audited } from '../audit/audit.store.ts';
import type { Erasure } from '../retention/erasure.handler.ts';
import type { RecordingFilter, RecordingStore, StoredRecording } from './recording.store.ts';

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A recording that is no more. */
export interface Deleted {
  readonly id: string;
  readonly callId: string;
  readonly account: string;
  readonly at: string;
}

const HELD = refuse('LEGAL_HOLD', 'The recording is under legal hold.', 'Lift the hold first (setLegalHold).');

/** Recordings as somebody may see them now, and what administrators do with them. */
export class Recordings {
  constructor(
    private readonly database: Database,
    private readonly recordings: RecordingStore,
    private readonly audit: AuditStore,
    private readonly may: { readonly access: Access; readonly erasure: Erasure },
  ) {}

  /** @throws GraphQLError BAD_USER_INPUT for a page that cannot be. */
  async list(identity: Identity, filter: RecordingFilter, asked: Page): Promise<Connection<StoredRecording>> {
    const { list, size, limit, after } = page(asked, { list: 'recordings', parts: ['time', 'text'] });
    const numberIds = await this.may.access.numbersOf(identity);
    const whose = numberIds && { agentId: identity.agentId, numberIds };
    const rows = await this.recordings.page({ account: identity.account, filter, whose, after, limit });
    return connection(rows, { list, size, after, place: ({ startedAt, id }) => [startedAt.toISOString(), id], node: (row) => row });
  }

  /** @throws GraphQLError NOT_FOUND for one that is not there or not theirs to hear. */
  async one(identity: Identity, id: string): Promise<StoredRecording> {
    const found = await this.recordings.find(identity.account, id);
    const [recording] = await this.may.access.heard(identity, found ? [found] : []);
    if (!recording) throw notFound('recording');
    return recording;
  }

  /** @throws GraphQLError NOT_FOUND */
  async hold(identity: Identity, id: string, on: boolean): Promise<StoredRecording> {
    const isThere = await this.database.transaction(async (tx) => {
      const held = await this.recordings.hold(tx, identity.account, id, on);
      if (held) await this.audit.note(id, on ? 'HOLD_SET' : 'HOLD_LIFTED', identity, tx);
      return held;
    });
    if (!isThere) throw notFound('recording');
    return this.one(identity, id);
  }

  /** @throws GraphQLError NOT_FOUND */
  async delete(identity: Identity, id: string): Promise<({ readonly __typename: 'DeletedRecording' } & Deleted) | Refused> {
    const { account } = identity;
    const { callId } = await this.one(identity, id);
    const outcome = await this.may.erasure.recording(id, 'DELETED', identity);
    if (outcome === 'held') return refused(HELD);
    if (outcome === 'gone') throw notFound('recording');
    return { __typename: 'DeletedRecording', id, callId, account, at: new Date().toISOString() };
  }

  /** @throws GraphQLError NOT_FOUND where there never was such a recording. */
  async accesses(account: string, about: string, asked: Page): Promise<Connection<Audited>> {
    const { list, size, limit, after } = page(asked, { list: `accesses of ${about}`, parts: ['count'] });
    const rows = await this.audit.page({ account, about, after, limit });
    if (rows.length === 0 && !after && !(await this.recordings.find(account, about))) throw notFound('recording');
    return connection(rows, { list, size, after, place: ({ id }) => [id], node: (row) => row });
  }
}
