import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { read } from '../rules/rulebook.ts';

/**
 * The names that clients, operators and outside tests rely on, as far as they are built. Add to them; rename and remove nothing.
 * What is only here for its fields may have more of them; an argument or an input field that is not here must be optional.
 */
const SURFACE = `
  scalar DateTime
  scalar PhoneNumber
  enum Role { AGENT SUPERVISOR ADMIN }
  enum ChosenStatus { AVAILABLE TRANSFERS_ONLY BUSY UNAVAILABLE }
  enum Availability { AVAILABLE RINGING IN_CALL WRAP_UP BUSY UNAVAILABLE OFFLINE }
  enum CallState { RINGING IN_PROGRESS ENDED }
  enum CallDirection { INBOUND OUTBOUND INTERNAL }
  enum TransferMode { COLD WARM }
  enum TransferParty { CALLER TARGET }
  enum TransferTargetKind { AGENT TEAM NUMBER EXTERNAL CONTACT }
  enum TransferStatus { RINGING CONSULTING COMPLETED RETURNING RETURNED CANCELLED ABANDONED FAILED }
  enum TransferEndReason { REJECTED NO_ANSWER BUSY TARGET_UNAVAILABLE INVALID_DESTINATION CANCELLED_BY_TRANSFEROR CALLER_HUNG_UP TARGET_HUNG_UP TRANSFEROR_UNAVAILABLE HOP_LIMIT TELEPHONY_ERROR }
  enum OfferKind { DIRECT COLD_TRANSFER WARM_TRANSFER TRANSFER_RETURN }
  enum OfferOutcome { ACCEPTED REJECTED TIMED_OUT ANSWERED_ELSEWHERE RESCINDED }
  enum RecordingState { OFF RECORDING PAUSED }
  enum RecordingControl { ALLOWED LOCKED_BY_COLD_TRANSFER LOCKED_BY_POLICY }

  type Query {
    me: Agent!
    agent(id: ID!): Agent!
    agents(teamId: ID, search: String, first: Int, after: String): AgentConnection!
    team(id: ID!): Team!
    teams: [Team!]!
    number(id: ID!): Number!
    numbers: [Number!]!
    contact(id: ID!): Contact!
    contacts(search: String, first: Int, after: String): ContactConnection!
    transferTargets(callId: ID!, search: String, kinds: [TransferTargetKind!], includeUnavailable: Boolean = false, first: Int, after: String): TransferTargetConnection!
    call(id: ID!): Call!
    transfer(id: ID!): Transfer!
    myCalls: [Call!]!
    webhooks: [Webhook!]!
    webhook(id: ID!): Webhook!
    diagnose(callId: ID, transferId: ID, agentId: ID): [Diagnosis!]!
    callHistory(filter: CallHistoryFilter, first: Int, after: String): CallRecordConnection!
    transferStats(range: TimeRange, agentId: ID, teamId: ID): TransferStats!
    inboundStats(range: TimeRange, groupBy: InboundGrouping = ENTRY_NUMBER, entryNumberId: ID): InboundStats!
    voicemails(numberId: ID, first: Int, after: String): VoicemailConnection!
    voicemail(id: ID!): Voicemail!
    recordings(filter: RecordingFilter, first: Int, after: String): RecordingConnection!
    recording(id: ID!): Recording!
    recordingAccess(recordingId: ID!, first: Int, after: String): RecordingAccessConnection!
  }
  type Mutation {
    setStatus(status: ChosenStatus!, reason: String, agentId: ID): SetStatusResult!
    acceptOffer(offerId: ID!): AcceptOfferResult!
    rejectOffer(offerId: ID!): RejectOfferResult!
    dial(to: PhoneNumber!, fromNumberId: ID): DialResult!
    callAgent(agentId: ID!): CallAgentResult!
    hangUp(callId: ID!): HangUpResult!
    holdCall(callId: ID!): HoldCallResult!
    resumeCall(callId: ID!): ResumeCallResult!
    startTransfer(input: StartTransferInput!): StartTransferResult!
    switchParty(transferId: ID!, to: TransferParty!): SwitchPartyResult!
    completeTransfer(transferId: ID!): CompleteTransferResult!
    cancelTransfer(transferId: ID!): CancelTransferResult!
    signOutOtherDevices(agentId: ID): SignOutOtherDevicesResult!
    reportConnection(deviceId: ID!, appVersion: String, rttMs: Float, jitterMs: Float, packetLoss: Float): ReportConnectionResult!
    startRecording(callId: ID!): StartRecordingResult!
    stopRecording(callId: ID!): StopRecordingResult!
    pauseRecording(callId: ID!): PauseRecordingResult!
    resumeRecording(callId: ID!): ResumeRecordingResult!
    setLegalHold(recordingId: ID!, on: Boolean!): SetLegalHoldResult!
    deleteRecording(recordingId: ID!): DeleteRecordingResult!
    tagCall(callId: ID!, tags: [String!]!): TagCallResult!
    endWrapUp(callId: ID!): EndWrapUpResult!
    extendWrapUp(callId: ID!, seconds: Int!): ExtendWrapUpResult!
    createContact(name: String!, number: PhoneNumber!): CreateContactResult!
    updateContact(id: ID!, name: String, number: PhoneNumber): UpdateContactResult!
    deleteContact(id: ID!): DeleteContactResult!
    importContacts(csv: String!): ImportContactsResult!
    deactivateAgent(id: ID!): DeactivateAgentResult!
    reactivateAgent(id: ID!): ReactivateAgentResult!
    deleteTeam(id: ID!): DeleteTeamResult!
    deleteNumber(id: ID!): DeleteNumberResult!
    createWebhook(url: String!, events: [String!]!): CreateWebhookResult!
    updateWebhook(id: ID!, url: String, events: [String!], enabled: Boolean): UpdateWebhookResult!
    deleteWebhook(id: ID!): DeleteWebhookResult!
    rotateWebhookSecret(id: ID!): RotateWebhookSecretResult!
    redeliver(deliveryId: ID!): RedeliverResult!
  }
  type Subscription {
    presence(teamIds: [ID!], agentIds: [ID!], after: String): PresenceUpdate!
    offers: OfferEvent!
    calls(after: String): CallChanged!
  }

  union SetStatusResult = Agent | Refused
  union AcceptOfferResult = Call | Refused
  union RejectOfferResult = Offer | Refused
  union DialResult = Call | Refused
  union CallAgentResult = Call | Refused
  union HangUpResult = Call | Refused
  union HoldCallResult = Call | Refused
  union ResumeCallResult = Call | Refused
  union StartTransferResult = Transfer | Refused
  union SwitchPartyResult = Transfer | Refused
  union CompleteTransferResult = Transfer | Refused
  union CancelTransferResult = Transfer | Refused
  union SignOutOtherDevicesResult = Agent | Refused
  union ReportConnectionResult = Agent | Refused
  union StartRecordingResult = Call | Refused
  union StopRecordingResult = Call | Refused
  union PauseRecordingResult = Call | Refused
  union ResumeRecordingResult = Call | Refused
  union SetLegalHoldResult = Recording | Refused
  union DeleteRecordingResult = DeletedRecording | Refused
  union TagCallResult = Call | Refused
  union EndWrapUpResult = Agent | Refused
  union ExtendWrapUpResult = Agent | Refused
  union CreateContactResult = Contact | Refused
  union UpdateContactResult = Contact | Refused
  union DeleteContactResult = Contact | Refused
  union ImportContactsResult = ContactImport | Refused
  union DeactivateAgentResult = Agent | Refused
  union ReactivateAgentResult = Agent | Refused
  union DeleteTeamResult = Team | Refused
  union DeleteNumberResult = Number | Refused
  union CreateWebhookResult = Webhook | Refused
  union UpdateWebhookResult = Webhook | Refused
  union DeleteWebhookResult = Webhook | Refused
  union RotateWebhookSecretResult = Webhook | Refused
  union RedeliverResult = WebhookDelivery | Refused
  union PresenceUpdate = PresenceSnapshot | PresenceChanged
  union OfferEvent = OfferMade | OfferWithdrawn

  input StartTransferInput { callId: ID! mode: TransferMode! target: TransferTargetInput! note: String idempotencyKey: String }
  input TransferTargetInput { agentId: ID teamId: ID contactId: ID numberId: ID phoneNumber: PhoneNumber }
  input CallHistoryFilter {
    agentId: ID teamId: ID lineId: ID entryNumberId: ID direction: CallDirection outcome: CallOutcome live: Boolean tags: [String!] allTags: [String!] conversationId: ID
    transferId: ID transferred: Boolean targetKind: TransferTargetKind caller: PhoneNumber startedAfter: DateTime startedBefore: DateTime
  }
  input TimeRange { from: DateTime to: DateTime }
  enum CallOutcome { ANSWERED TRANSFERRED MISSED VOICEMAIL ABANDONED FAILED }
  enum InboundGrouping { ENTRY_NUMBER HOUR DAY }
  enum StatsBucket { HOUR DAY }

  type Refused { code: String! message: String! remedy: String }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Agent { id: ID! name: String! extension: String! role: Role! teams: [Team!]! defaultNumber: Number dedicatedNumber: Number forwarding: PhoneNumber presence: Presence! devices: [Device!]! currentCalls: [Call!]! stats(range: TimeRange): AgentStats deactivatedAt: DateTime }
  type Presence { status: ChosenStatus! availability: Availability! reason: String since: DateTime! version: Int! statusUntil: DateTime wrapUp: WrapUp }
  type WrapUp { callId: ID! startedAt: DateTime! until: DateTime! reason: WrapUpReason! message: String! tagDue: Boolean! }
  enum WrapUpReason { CALL_ENDED WARM_TRANSFER COLD_TRANSFER_TO_NUMBER COLD_TRANSFER_OUTSIDE TRANSFER_ABANDONED TRANSFER_UNANSWERED }
  type Device { id: ID! }
  type Team { id: ID! name: String! members: [Agent!]! availableMembers: [Agent!]! dedicatedNumber: Number deletedAt: DateTime }
  type Number { id: ID! label: String! e164: PhoneNumber! voicemail: Boolean! deletedAt: DateTime voicemails(first: Int, after: String): VoicemailConnection! }
  type Contact { id: ID! name: String! number: PhoneNumber! }
  type ContactImport { created: Int! updated: Int! rejected: [RejectedRow!]! }
  type RejectedRow { line: Int! reason: String! }
  type AgentConnection { edges: [AgentEdge!]! pageInfo: PageInfo! }
  type AgentEdge { node: Agent! cursor: String! }
  type ContactConnection { edges: [ContactEdge!]! pageInfo: PageInfo! }
  type ContactEdge { node: Contact! cursor: String! }
  type TransferTargetConnection { edges: [TransferTargetEdge!]! pageInfo: PageInfo! }
  type TransferTargetEdge { node: TransferTarget! cursor: String! }
  type CallRecordConnection { edges: [CallRecordEdge!]! pageInfo: PageInfo! }
  type CallRecordEdge { node: CallRecord! cursor: String! }
  type VoicemailConnection { edges: [VoicemailEdge!]! pageInfo: PageInfo! }
  type VoicemailEdge { node: Voicemail! cursor: String! }
  type Voicemail { id: ID! number: Number! call: Call! from: PhoneNumber seconds: Float! leftAt: DateTime! url: String! }
  type TransferTarget { kind: TransferTargetKind! label: String! available: Boolean unavailableBecause: Hindrance agent: Agent team: Team contact: Contact number: Number phoneNumber: PhoneNumber preview: TransferPreview }
  type TransferPreview { cold: TransferForecast! warm: TransferForecast! }
  type TransferForecast { comesBack: Boolean! wrapUp: Boolean! wrapUpSeconds: Int recordingControl: RecordingControl! tagRequired: Boolean! says: String! }
  type Hindrance { code: String! message: String! remedy: String }
  type Call {
    id: ID! conversationId: ID! direction: CallDirection! state: CallState! line: Number caller: PhoneNumber agent: Agent hold: Boolean!
    tags: [String!]! tagDue: Boolean! recording: CallRecording! recordings: [Recording!]! transferability: Transferability! transfer: Transfer transfers: [Transfer!]! legs: [Leg!]!
  }
  input RecordingFilter { callId: ID conversationId: ID agentId: ID numberId: ID from: DateTime to: DateTime }
  type RecordingConnection { edges: [RecordingEdge!]! pageInfo: PageInfo! }
  type RecordingEdge { node: Recording! cursor: String! }
  type Recording {
    id: ID! call: Call! agent: Agent number: Number startedAt: DateTime! seconds: Float! segments: [RecordingSegment!]! legalHold: Boolean! url: String!
  }
  type RecordingSegment { startedAt: DateTime! seconds: Float! consultation: Boolean! heard: [RecordingParty!]! url: String! }
  type RecordingParty { agent: Agent number: PhoneNumber }
  type DeletedRecording { id: ID! call: Call! at: DateTime! }
  enum RecordingAct { URL_GIVEN OPENED HOLD_SET HOLD_LIFTED DELETED RETENTION }
  type RecordingAccess { at: DateTime! agent: Agent what: RecordingAct! }
  type RecordingAccessConnection { edges: [RecordingAccessEdge!]! pageInfo: PageInfo! }
  type RecordingAccessEdge { node: RecordingAccess! cursor: String! }
  type CallRecording { state: RecordingState! control: RecordingControl! lockedBecause: String }
  enum WebhookState { ENABLED DISABLED }
  enum WebhookDeliveryState { PENDING DELIVERED FAILED }
  type Webhook {
    id: ID! url: String! events: [String!]! state: WebhookState! disabledBecause: String failingSince: DateTime secret: String createdAt: DateTime!
    deliveries(first: Int, after: String, state: WebhookDeliveryState): WebhookDeliveryConnection!
  }
  type WebhookDelivery {
    id: ID! messageId: ID! event: String! payload: String! state: WebhookDeliveryState! nextAttemptAt: DateTime attempts: [WebhookAttempt!]!
  }
  type WebhookAttempt { number: Int! at: DateTime! status: Int durationMs: Int! error: String }
  type WebhookDeliveryConnection { edges: [WebhookDeliveryEdge!]! pageInfo: PageInfo! }
  type WebhookDeliveryEdge { node: WebhookDelivery! cursor: String! }
  type Diagnosis { code: String! message: String! causes: [String!]! remedies: [String!]! }
  type Transferability { allowed: Boolean! because: Hindrance }
  type Leg { id: ID! }
  type Transfer {
    id: ID! callId: ID! mode: TransferMode! convertedFrom: TransferMode status: TransferStatus! endReason: TransferEndReason target: TransferTarget!
    talkingTo: TransferParty transferor: Agent! offers: [Offer!]! startedAt: DateTime! connectedAt: DateTime endedAt: DateTime
  }
  type Offer {
    id: ID! kind: OfferKind! callId: ID! displayNumber: String! notice: String caller: PhoneNumber transferor: Agent line: Number note: String
    agent: Agent! expiresAt: DateTime! outcome: OfferOutcome at: DateTime!
  }
  type PresenceSnapshot { agents: [Agent!]! cursor: String! }
  type PresenceChanged { agent: Agent! cursor: String! }
  type OfferMade { offer: Offer! }
  type OfferWithdrawn { offerId: ID! outcome: OfferOutcome! }
  type CallChanged { call: Call! cursor: String! }
  type CallRecord {
    id: ID! conversationId: ID! direction: CallDirection! caller: PhoneNumber line: Number entryNumber: Number agent: Agent
    outcome: CallOutcome talkSeconds: Int! holdSeconds: Int! ringSeconds: Int! wrapUpSeconds: Int! tags: [String!]! transfers: [TransferRecord!]!
  }
  type AgentStats { transfersInitiated: Int! transfersInitiatedByKind: [InitiatedByKind!]! }
  type InitiatedByKind { kind: TransferTargetKind! count: Int! }
  type TransferStats {
    started: Int! completed: Int! initiated: Int! returned: Int! returnRate: Float timeToAnswerSeconds: TimeToAnswer
    byKind: [TransfersByKind!]! byOutcome: [TransfersByOutcome!]! perBucket(by: StatsBucket!): [TransferBucket!]!
  }
  type TimeToAnswer { median: Float! mean: Float! }
  type TransfersByKind { kind: TransferTargetKind! started: Int! completed: Int! initiated: Int! }
  type TransfersByOutcome { status: TransferStatus! endReason: TransferEndReason count: Int! }
  type TransferBucket { startedAt: DateTime! started: Int! completed: Int! initiated: Int! }
  type InboundStats { total: InboundCounts! groups: [InboundGroup!]! }
  type InboundGroup { entryNumber: Number startedAt: DateTime counts: InboundCounts! }
  type InboundCounts { calls: Int! answered: Int! transferred: Int! missed: Int! voicemail: Int! abandoned: Int! }
  type TransferRecord { id: ID! }
`;

const surface = buildSchema(SURFACE, { assumeValid: true });

/** What `schema` lacks of `wanted`, or has otherwise; as `Type.field(argument)`. */
function lacks(wanted: GraphQLSchema, schema: GraphQLSchema): string[] {
  const own = Object.values(wanted.getTypeMap()).filter((type) => type.astNode);
  return own.flatMap((type) => lacksOf(type, schema.getType(type.name)));
}

function lacksOf(wanted: GraphQLNamedType, type: GraphQLNamedType | undefined): string[] {
  const { name } = wanted;
  if (!type || type.constructor !== wanted.constructor) return [name];
  if (isEnumType(wanted) && isEnumType(type))
    return wanted.getValues().flatMap((value) => (type.getValue(value.name) ? [] : [`${name}.${value.name}`]));
  if (isUnionType(wanted) && isUnionType(type)) {
    const members = new Set(type.getTypes().map((member) => member.name));
    return wanted.getTypes().flatMap((member) => (members.has(member.name) ? [] : [`${name} = ${member.name}`]));
  }
  if (isInputObjectType(wanted) && isInputObjectType(type))
    return lacksInputs(name, Object.values(wanted.getFields()), Object.values(type.getFields()));
  if ((isObjectType(wanted) || isInterfaceType(wanted)) && (isObjectType(type) || isInterfaceType(type)))
    return Object.values(wanted.getFields()).flatMap((field) => {
      const found = type.getFields()[field.name];
      const at = `${name}.${field.name}`;
      if (!found || String(found.type) !== String(field.type)) return [at];
      return lacksInputs(at, field.args, found.args);
    });
  return [];
}

type Input = Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>;

/** Those that are not as wanted, and those that old clients do not know of and would have to give. */
function lacksInputs(at: string, wanted: readonly Input[], found: readonly Input[]): string[] {
  const other = wanted.filter(
    (input) =>
      !found.some((one) => one.name === input.name && String(one.type) === String(input.type) && one.defaultValue === input.defaultValue),
  );
  const demanded = found.filter(
    (input) => String(input.type).endsWith('!') && input.defaultValue === undefined && !wanted.some((one) => one.name === input.name),
  );
  return [...other, ...demanded].map((input) => `${at}(${input.name})`);
}

it('the graph has every name that others rely on', () => {
  expect(lacks(surface, buildSchema(read('apps/gateway/src/supergraph.graphql'), { assumeValidSDL: true }))).toEqual([]);
});

describe('what is refused', () => {
  const before =
    'type Query { call(id: ID!): Call } type Call { id: ID! } enum Mode { COLD WARM } union Result = Call | Refused type Refused { code: ID } input Start { callId: ID! }';
  it.each([
    ['a type that is gone', ' | Refused type Refused { code: ID }', '', ['Result = Refused', 'Refused']],
    ['a field that is gone', 'id: ID! }', 'name: ID! }', ['Call.id']],
    ['a field of another type', 'type Call { id: ID! }', 'type Call { id: ID }', ['Call.id']],
    ['an argument that is gone', 'call(id: ID!)', 'call', ['Query.call(id)']],
    ['an argument that must be given now', 'call(id: ID!)', 'call(id: ID!, why: ID!)', ['Query.call(why)']],
    ['a value that is gone', 'COLD WARM', 'COLD', ['Mode.WARM']],
    ['a member that is gone', 'Call | Refused', 'Call', ['Result = Refused']],
    ['an input field that must be given now', '{ callId: ID! }', '{ callId: ID! why: ID! }', ['Start(why)']],
  ])('%s', (_, from, to, names) => {
    expect(lacks(buildSchema(before), buildSchema(before.replace(from, to))).sort()).toEqual([...names].sort());
  });
  it('nothing that is only added', () => {
    expect(
      lacks(
        buildSchema(before),
        buildSchema(before.replace('call(id: ID!)', 'call(id: ID!, why: ID)').replace('COLD WARM', 'COLD WARM BLIND')),
      ),
    ).toEqual([]);
  });
});
