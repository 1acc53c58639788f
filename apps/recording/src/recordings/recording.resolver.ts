import { administers, batched, forbidden, type Identity } from '@cordboard/platform-subgraph';
import type { Access } from '../access/access.handler.ts';
import { unknownCall, type CallStore } from '../calls/call.store.ts';
import type { Addresses } from '../media/addresses.handler.ts';
import type { Recordings } from './recording.handler.ts';
import { recordingIdOf, wholeKeyOf, type RecordingStore, type StoredSegment } from './recording.store.ts';
import type { Part } from '../parts.ts';

export interface RecordingParts {
  readonly recordings: Recordings;
  readonly store: RecordingStore;
  readonly calls: CallStore;
  readonly access: Access;
  readonly addresses: Addresses;
}

/** What was recorded of calls, who has heard it, and what administrators do with it. */
export function recordingResolvers({ recordings, store, calls, access, addresses }: RecordingParts) {
  const callOf = batched((account, ids) => calls.byIds(account, ids));
  const recordingOf = batched((account, ids) => store.byIds(account, ids));
  const segmentsOf = batched<{ id: string; segments: StoredSegment[] }>(async (account, ids) => {
    const all = await store.segmentsOf(account, ids);
    return ids.map((id) => ({ id, segments: all.filter(({ recordingId }) => recordingId === id) }));
  });
  const call = async (identity: Identity, { callId, account }: { readonly callId: string; readonly account: string }) =>
    (await callOf(identity, callId)) ?? unknownCall(account, callId);
  return {
    Query: {
      recordings: (_, { filter, first, after }, { identity }) => {
        const { callId = null, conversationId = null, agentId = null, numberId = null, from = null, to = null } = filter ?? {};
        return recordings.list(
          identity,
          { callId, conversationId, agentId, numberId, from, to },
          { first: first ?? null, after: after ?? null },
        );
      },
      recording: (_, { id }, { identity }) => recordings.one(identity, id),
      recordingAccess: (_, { recordingId, first, after }, { identity }) =>
        recordings.accesses(administered(identity), recordingId, { first: first ?? null, after: after ?? null }),
    },
    Mutation: {
      setLegalHold: async (_, { recordingId, on }, { identity }) => {
        administered(identity);
        return { __typename: 'Recording' as const, ...(await recordings.hold(identity, recordingId, on)) };
      },
      deleteRecording: async (_, { recordingId }, { identity }) => {
        administered(identity);
        return recordings.delete(identity, recordingId);
      },
    },
    Call: {
      recordings: async ({ id }, _, { identity }) => {
        const found = await recordingOf(identity, recordingIdOf(id));
        return access.heard(identity, found ? [found] : []);
      },
    },
    Recording: {
      call: (recording, _, { identity }) => call(identity, recording),
      agent: ({ agentIds }) => ref(agentIds.at(-1)),
      number: ({ lineId }) => ref(lineId),
      startedAt: ({ startedAt }) => startedAt.toISOString(),
      segments: async ({ id }, _, { identity }) => (await segmentsOf(identity, id))?.segments ?? [],
      url: ({ id, account }, _, { identity }) => addresses.of(id, wholeKeyOf(account, id), identity),
    },
    RecordingSegment: {
      startedAt: ({ startedAt }) => startedAt.toISOString(),
      consultation: ({ room }) => room === 'consultation',
      heard: ({ heard }) =>
        heard.map(({ address, agentId }) => ({ agent: ref(agentId), number: address.startsWith('+') ? address : null })),
      url: ({ recordingId, mediaKey }, _, { identity }) => addresses.of(recordingId, mediaKey, identity),
    },
    DeletedRecording: { call: (deleted, _, { identity }) => call(identity, deleted) },
    RecordingAccess: { agent: ({ agentId }) => ref(agentId), at: ({ at }) => at.toISOString() },
  } satisfies Part;
}

const ref = (id: string | null | undefined): { id: string } | null => (id === null || id === undefined ? null : { id });

/** @throws GraphQLError FORBIDDEN. @returns the account that somebody administers */
function administered(identity: Identity): string {
  if (!administers(identity)) throw forbidden('Administrators alone may do this.');
  return identity.account;
}
