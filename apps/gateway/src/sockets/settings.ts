/** How sockets are served. */
export interface SocketSettings {
  /** How long a socket may be open without a `connection_init`, in ms. */
  readonly initMs: number;
  /** How often it is pinged, and how long it has to answer, in ms: browsers answer even in hidden tabs. */
  readonly pingMs: number;
  readonly pongMs: number;
  /** The most that may wait to go out over one, in bytes; one result that weighs more may wait beside that. */
  readonly mostWaiting: number;
  /** The most that one result may weigh, in bytes: more than the 100,000 fields that an operation may cost usually do. */
  readonly mostResult: number;
  /** The most that one message of a client may weigh, in bytes. */
  readonly mostPayload: number;
  /** How many operations may go on over one. */
  readonly mostOperations: number;
  /** How many sockets an agent may have here, and all of them together. */
  readonly mostOfAgent: number;
  readonly most: number;
  /** How many handshakes are taken a second. */
  readonly handshakes: number;
  /** Pages of these origins may open sockets; null: of the gateway's own host, and of this machine. Programs that are no browsers send none. */
  readonly origins: readonly string[] | null;
  /** Whether pages of this machine may open them where `origins` is null: in development alone. */
  readonly allowsLocalOrigins: boolean;
  /** Over how long sockets are closed when the gateway goes away, in ms. */
  readonly drainMs: number;
  /** How long what was asked over one may still be answered then, in ms: as long as over HTTP. */
  readonly answerMs: number;
}

export const USUAL_SETTINGS: SocketSettings = {
  initMs: 10_000,
  pingMs: 10_000,
  pongMs: 5_000,
  mostWaiting: 1_048_576,
  mostResult: 16_777_216,
  mostPayload: 65_536,
  mostOperations: 32,
  mostOfAgent: 16,
  most: 15_000,
  handshakes: 2_000,
  origins: null,
  allowsLocalOrigins: true,
  drainMs: 5_000,
  answerMs: 6_000,
};
