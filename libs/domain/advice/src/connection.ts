import { CONNECTION, CONNECTION_CAUSES, CONNECTION_REMEDIES as DO } from './connection.texts.ts';
import type { ConnectionTrouble, Diagnosis } from './diagnosis.ts';
import { say, type Text } from './phrase.ts';
import { isOlder } from './version.ts';

/** A device, as its agent's app last reported it. */
export interface DeviceFacts {
  readonly id: string;
  /** When its socket was lost without a goodbye; null while it is open. */
  readonly lostAt: string | null;
  readonly appVersion: string | null;
  readonly rttMs: number | null;
  readonly jitterMs: number | null;
  /** From 0 to 1. */
  readonly packetLoss: number | null;
  /** Null: never. */
  readonly reportedAt: string | null;
}

export interface ConnectionFacts {
  readonly name: string;
  /** Null: they could not be asked for. */
  readonly devices: readonly DeviceFacts[] | null;
  /** The oldest app that the installation still wants; null: any. */
  readonly minimumAppVersion: string | null;
  readonly at: string;
}

/** One way of a conversation may take 150 ms (ITU-T G.114); there and back, in ms. */
export const LONGEST_RTT = 300;
/** How much packets may be late, in ms, and the share of them that may be lost (Cisco, Enterprise QoS Solution Reference Network Design Guide: voice). */
export const MOST_JITTER = 30;
export const MOST_LOSS = 0.01;
/** The socket is there and nothing that is sent arrives: something on the way lets only a part of the traffic through. */
export const NOTHING_ARRIVES = 0.99;
/** A report says how the connection is for as long, in ms; an older one says how it was. */
export const NEWS_FOR = 5 * 60_000;

const REMEDIES: Readonly<Record<ConnectionTrouble, readonly Text[]>> = {
  NO_DEVICE: [DO.open, DO.throughTheWall, DO.status, DO.requirements].map((remedy) => say(remedy)),
  DEVICE_LOST: [DO.diagnostic, DO.otherNetwork, DO.restart, DO.status, DO.requirements].map((remedy) => say(remedy)),
  BLOCKED_TRAFFIC: [DO.diagnostic, DO.throughTheWall, DO.otherNetwork, DO.requirements].map((remedy) => say(remedy)),
  UNSTABLE_CONNECTION: [DO.diagnostic, DO.otherNetwork, DO.restart, DO.status, DO.requirements].map((remedy) => say(remedy)),
  NETWORK_INSTABILITY: [DO.diagnostic, DO.otherNetwork, DO.restart, DO.status, DO.requirements].map((remedy) => say(remedy)),
  OUTDATED_APP: [DO.update, DO.restart].map((remedy) => say(remedy)),
  CONNECTION_UNKNOWN: [DO.again, DO.status].map((remedy) => say(remedy)),
};

/** What the devices of an agent tell of their connection, most telling first; nothing where nothing is wrong, or nothing new was reported. */
export function connectionTroubles({ name, devices, minimumAppVersion, at }: ConnectionFacts): readonly Diagnosis[] {
  const found = (code: ConnectionTrouble, causes: readonly Text[]): readonly Diagnosis[] =>
    causes.length === 0 ? [] : [{ code, message: say(CONNECTION[code], { name }), causes, remedies: REMEDIES[code] }];
  if (devices === null) return found('CONNECTION_UNKNOWN', [say(CONNECTION_CAUSES.unknown)]);
  if (devices.length === 0) return found('NO_DEVICE', [say(CONNECTION_CAUSES.noDevice)]);

  const here = devices.filter(({ lostAt }) => lostAt === null);
  const news = here.filter(({ reportedAt }) => reportedAt !== null && Date.parse(at) - Date.parse(reportedAt) <= NEWS_FOR);
  const losing = (from: number, below: number) =>
    news.flatMap(({ id, packetLoss }) => (packetLoss !== null && packetLoss >= from && packetLoss < below ? [{ id, packetLoss }] : []));
  return [
    ...found(
      'DEVICE_LOST',
      devices.flatMap(({ id, lostAt }) => (lostAt === null ? [] : [say(CONNECTION_CAUSES.lost, { device: id, time: lostAt })])),
    ),
    ...found(
      'BLOCKED_TRAFFIC',
      losing(NOTHING_ARRIVES, Infinity).map((it) => say(CONNECTION_CAUSES.blocked, { device: it.id, percent: it.packetLoss * 100 })),
    ),
    ...found(
      'UNSTABLE_CONNECTION',
      losing(MOST_LOSS + Number.EPSILON, NOTHING_ARRIVES).map((it) =>
        say(CONNECTION_CAUSES.loss, { device: it.id, percent: it.packetLoss * 100, most: MOST_LOSS * 100 }),
      ),
    ),
    ...found('NETWORK_INSTABILITY', news.flatMap(instabilityOf)),
    ...found(
      'OUTDATED_APP',
      here.flatMap((device) => outdated(device, minimumAppVersion)),
    ),
  ];
}

const instabilityOf = ({ id: device, rttMs, jitterMs }: DeviceFacts): readonly Text[] => [
  ...(rttMs !== null && rttMs > LONGEST_RTT ? [say(CONNECTION_CAUSES.rtt, { device, ms: rttMs, most: LONGEST_RTT })] : []),
  ...(jitterMs !== null && jitterMs > MOST_JITTER ? [say(CONNECTION_CAUSES.jitter, { device, ms: jitterMs, most: MOST_JITTER })] : []),
];

const outdated = ({ id: device, appVersion: version }: DeviceFacts, minimum: string | null): readonly Text[] =>
  version !== null && minimum !== null && isOlder(version, minimum) ? [say(CONNECTION_CAUSES.outdated, { device, version, minimum })] : [];
