/**
 * What the driver uses of ARI, as Asterisk 22.10.1 describes it. Written by tools/ari.mjs: change nothing here.
 */
import type { Operation } from './client.ts';

/** Every operation, made by `operation` from its method, its path and what goes into its body. */
export const operations = (
  operation: <Parameters, Answer>(method: string, path: string, inBody: readonly string[]) => Operation<Parameters, Answer>,
) => ({
  applications: {
    /** GET /applications */
    list: operation<Record<string, never>, readonly Application[]>('GET', '/applications', []),
  },
  asterisk: {
    /** GET /asterisk/info */
    getInfo: operation<{ only?: string | readonly string[] }, AsteriskInfo>('GET', '/asterisk/info', []),
    /** PUT /asterisk/modules/{moduleName} */
    reloadModule: operation<{ moduleName: string }, void>('PUT', '/asterisk/modules/{moduleName}', []),
  },
  bridges: {
    /** GET /bridges */
    list: operation<Record<string, never>, readonly Bridge[]>('GET', '/bridges', []),
    /** GET /bridges/{bridgeId} */
    get: operation<{ bridgeId: string }, Bridge>('GET', '/bridges/{bridgeId}', []),
    /** POST /bridges/{bridgeId} */
    createWithId: operation<{ type?: string; bridgeId: string; name?: string; variables?: Readonly<Record<string, string>> }, Bridge>(
      'POST',
      '/bridges/{bridgeId}',
      ['variables'],
    ),
    /** DELETE /bridges/{bridgeId} */
    destroy: operation<{ bridgeId: string }, void>('DELETE', '/bridges/{bridgeId}', []),
    /** POST /bridges/{bridgeId}/addChannel */
    addChannel: operation<
      {
        bridgeId: string;
        channel: string | readonly string[];
        role?: string;
        absorbDTMF?: boolean;
        mute?: boolean;
        inhibitConnectedLineUpdates?: boolean;
      },
      void
    >('POST', '/bridges/{bridgeId}/addChannel', []),
    /** POST /bridges/{bridgeId}/removeChannel */
    removeChannel: operation<{ bridgeId: string; channel: string | readonly string[] }, void>(
      'POST',
      '/bridges/{bridgeId}/removeChannel',
      [],
    ),
    /** POST /bridges/{bridgeId}/play/{playbackId} */
    playWithId: operation<
      {
        bridgeId: string;
        playbackId: string;
        media: string | readonly string[];
        announcer_format?: string;
        lang?: string;
        offsetms?: number;
        skipms?: number;
      },
      Playback
    >('POST', '/bridges/{bridgeId}/play/{playbackId}', []),
    /** POST /bridges/{bridgeId}/record */
    record: operation<
      {
        bridgeId: string;
        name: string;
        format: string;
        recorder_format?: string;
        maxDurationSeconds?: number;
        maxSilenceSeconds?: number;
        ifExists?: string;
        beep?: boolean;
        terminateOn?: string;
      },
      LiveRecording
    >('POST', '/bridges/{bridgeId}/record', []),
  },
  channels: {
    /** GET /channels */
    list: operation<Record<string, never>, readonly Channel[]>('GET', '/channels', []),
    /** POST /channels/create */
    create: operation<
      {
        endpoint: string;
        app: string;
        appArgs?: string;
        channelId?: string;
        otherChannelId?: string;
        originator?: string;
        formats?: string;
        variables?: Readonly<Record<string, string>>;
      },
      Channel
    >('POST', '/channels/create', ['variables']),
    /** POST /channels/{channelId}/dial */
    dial: operation<{ channelId: string; caller?: string; timeout?: number }, void>('POST', '/channels/{channelId}/dial', []),
    /** POST /channels/{channelId}/answer */
    answer: operation<{ channelId: string }, void>('POST', '/channels/{channelId}/answer', []),
    /** POST /channels/{channelId}/ring */
    ring: operation<{ channelId: string }, void>('POST', '/channels/{channelId}/ring', []),
    /** DELETE /channels/{channelId}/ring */
    ringStop: operation<{ channelId: string }, void>('DELETE', '/channels/{channelId}/ring', []),
    /** DELETE /channels/{channelId} */
    hangup: operation<{ channelId: string; reason_code?: string; reason?: string }, void>('DELETE', '/channels/{channelId}', []),
    /** POST /channels/{channelId}/moh */
    startMoh: operation<{ channelId: string; mohClass?: string }, void>('POST', '/channels/{channelId}/moh', []),
    /** DELETE /channels/{channelId}/moh */
    stopMoh: operation<{ channelId: string }, void>('DELETE', '/channels/{channelId}/moh', []),
    /** POST /channels/{channelId}/mute */
    mute: operation<{ channelId: string; direction?: string }, void>('POST', '/channels/{channelId}/mute', []),
    /** DELETE /channels/{channelId}/mute */
    unmute: operation<{ channelId: string; direction?: string }, void>('DELETE', '/channels/{channelId}/mute', []),
    /** POST /channels/{channelId}/dtmf */
    sendDTMF: operation<{ channelId: string; dtmf?: string; before?: number; between?: number; duration?: number; after?: number }, void>(
      'POST',
      '/channels/{channelId}/dtmf',
      [],
    ),
    /** POST /channels/{channelId}/variable */
    setChannelVar: operation<{ channelId: string; variable: string; value?: string; report_events?: boolean }, void>(
      'POST',
      '/channels/{channelId}/variable',
      [],
    ),
    /** POST /channels/{channelId}/transfer_progress */
    transfer_progress: operation<{ channelId: string; states: string }, void>('POST', '/channels/{channelId}/transfer_progress', []),
    /** POST /channels/{channelId}/play/{playbackId} */
    playWithId: operation<
      { channelId: string; playbackId: string; media: string | readonly string[]; lang?: string; offsetms?: number; skipms?: number },
      Playback
    >('POST', '/channels/{channelId}/play/{playbackId}', []),
    /** POST /channels/{channelId}/record */
    record: operation<
      {
        channelId: string;
        name: string;
        format: string;
        maxDurationSeconds?: number;
        maxSilenceSeconds?: number;
        ifExists?: string;
        beep?: boolean;
        terminateOn?: string;
      },
      LiveRecording
    >('POST', '/channels/{channelId}/record', []),
  },
  endpoints: {
    /** GET /endpoints/{tech} */
    listByTech: operation<{ tech?: string }, readonly Endpoint[]>('GET', '/endpoints/{tech}', []),
  },
  events: {
    /** POST /events/user/{eventName} */
    userEvent: operation<
      { eventName: string; application: string; source?: string | readonly string[]; variables?: Readonly<Record<string, string>> },
      void
    >('POST', '/events/user/{eventName}', ['variables']),
  },
  playbacks: {
    /** GET /playbacks/{playbackId} */
    get: operation<{ playbackId: string }, Playback>('GET', '/playbacks/{playbackId}', []),
    /** DELETE /playbacks/{playbackId} */
    stop: operation<{ playbackId: string }, void>('DELETE', '/playbacks/{playbackId}', []),
  },
  recordings: {
    /** GET /recordings/stored */
    listStored: operation<Record<string, never>, readonly StoredRecording[]>('GET', '/recordings/stored', []),
    /** GET /recordings/live/{recordingName} */
    getLive: operation<{ recordingName: string }, LiveRecording>('GET', '/recordings/live/{recordingName}', []),
    /** POST /recordings/live/{recordingName}/stop */
    stop: operation<{ recordingName: string }, void>('POST', '/recordings/live/{recordingName}/stop', []),
    /** DELETE /recordings/stored/{recordingName} */
    deleteStored: operation<{ recordingName: string }, void>('DELETE', '/recordings/stored/{recordingName}', []),
  },
});

/** What the event socket tells, of what the driver listens to. */
export type AriEvent =
  | StasisStart
  | Dial
  | ChannelStateChange
  | BridgeDestroyed
  | ChannelEnteredBridge
  | ChannelLeftBridge
  | ChannelDtmfReceived
  | ChannelHold
  | ChannelUnhold
  | ChannelTransfer
  | ChannelDestroyed
  | PlaybackStarted
  | PlaybackFinished
  | RecordingStarted
  | RecordingFinished
  | RecordingFailed
  | PeerStatusChange
  | ApplicationReplaced
  | ChannelUserevent;

/** As ARI describes it. */
export interface StasisStart {
  readonly type: 'StasisStart';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly args: readonly string[];
  readonly channel: Channel;
  readonly replace_channel?: Channel;
}

/** As ARI describes it. */
export interface Dial {
  readonly type: 'Dial';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly caller?: Channel;
  readonly peer: Channel;
  readonly forward?: string;
  readonly forwarded?: Channel;
  readonly dialstring?: string;
  readonly dialstatus: string;
}

/** As ARI describes it. */
export interface ChannelStateChange {
  readonly type: 'ChannelStateChange';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly channel: Channel;
}

/** As ARI describes it. */
export interface BridgeDestroyed {
  readonly type: 'BridgeDestroyed';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly bridge: Bridge;
}

/** As ARI describes it. */
export interface ChannelEnteredBridge {
  readonly type: 'ChannelEnteredBridge';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly bridge: Bridge;
  readonly channel?: Channel;
}

/** As ARI describes it. */
export interface ChannelLeftBridge {
  readonly type: 'ChannelLeftBridge';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly bridge: Bridge;
  readonly channel: Channel;
}

/** As ARI describes it. */
export interface ChannelDtmfReceived {
  readonly type: 'ChannelDtmfReceived';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly digit: string;
  readonly duration_ms: number;
  readonly channel: Channel;
}

/** As ARI describes it. */
export interface ChannelHold {
  readonly type: 'ChannelHold';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly channel: Channel;
  readonly musicclass?: string;
}

/** As ARI describes it. */
export interface ChannelUnhold {
  readonly type: 'ChannelUnhold';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly channel: Channel;
}

/** As ARI describes it. */
export interface ChannelTransfer {
  readonly type: 'ChannelTransfer';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly state?: string;
  readonly refer_to: ReferTo;
  readonly referred_by: ReferredBy;
}

/** As ARI describes it. */
export interface ChannelDestroyed {
  readonly type: 'ChannelDestroyed';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly cause: number;
  readonly cause_txt: string;
  readonly tech_cause?: number;
  readonly channel: Channel;
}

/** As ARI describes it. */
export interface PlaybackStarted {
  readonly type: 'PlaybackStarted';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly playback: Playback;
}

/** As ARI describes it. */
export interface PlaybackFinished {
  readonly type: 'PlaybackFinished';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly playback: Playback;
}

/** As ARI describes it. */
export interface RecordingStarted {
  readonly type: 'RecordingStarted';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly recording: LiveRecording;
}

/** As ARI describes it. */
export interface RecordingFinished {
  readonly type: 'RecordingFinished';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly recording: LiveRecording;
}

/** As ARI describes it. */
export interface RecordingFailed {
  readonly type: 'RecordingFailed';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly recording: LiveRecording;
}

/** As ARI describes it. */
export interface PeerStatusChange {
  readonly type: 'PeerStatusChange';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly endpoint: Endpoint;
  readonly peer: Peer;
}

/** As ARI describes it. */
export interface ApplicationReplaced {
  readonly type: 'ApplicationReplaced';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
}

/** As ARI describes it. */
export interface ChannelUserevent {
  readonly type: 'ChannelUserevent';
  readonly asterisk_id?: string;
  readonly application: string;
  readonly timestamp: string;
  readonly eventname: string;
  readonly channel?: Channel;
  readonly bridge?: Bridge;
  readonly endpoint?: Endpoint;
  readonly userevent: Readonly<Record<string, string>>;
}

/** As ARI describes it. */
export interface Application {
  readonly name: string;
  readonly channel_ids: readonly string[];
  readonly bridge_ids: readonly string[];
  readonly endpoint_ids: readonly string[];
  readonly device_names: readonly string[];
  readonly events_allowed: readonly Readonly<Record<string, string>>[];
  readonly events_disallowed: readonly Readonly<Record<string, string>>[];
}

/** As ARI describes it. */
export interface AsteriskInfo {
  readonly build?: BuildInfo;
  readonly system?: SystemInfo;
  readonly config?: ConfigInfo;
  readonly status?: StatusInfo;
}

/** As ARI describes it. */
export interface Bridge {
  readonly id: string;
  readonly technology: string;
  readonly bridge_type: string;
  readonly bridge_class: string;
  readonly creator: string;
  readonly name: string;
  readonly channels: readonly string[];
  readonly video_mode?: string;
  readonly video_source_id?: string;
  readonly creationtime: string;
  readonly bridgevars?: Readonly<Record<string, string>>;
}

/** As ARI describes it. */
export interface Playback {
  readonly id: string;
  readonly media_uri: string;
  readonly next_media_uri?: string;
  readonly target_uri: string;
  readonly language?: string;
  readonly state: string;
}

/** As ARI describes it. */
export interface LiveRecording {
  readonly name: string;
  readonly format: string;
  readonly target_uri: string;
  readonly state: string;
  readonly duration?: number;
  readonly talking_duration?: number;
  readonly silence_duration?: number;
  readonly cause?: string;
}

/** As ARI describes it. */
export interface Channel {
  readonly id: string;
  readonly protocol_id: string;
  readonly name: string;
  readonly state: string;
  readonly caller: CallerID;
  readonly connected: CallerID;
  readonly accountcode: string;
  readonly dialplan: DialplanCEP;
  readonly creationtime: string;
  readonly language: string;
  readonly channelvars?: Readonly<Record<string, string>>;
  readonly caller_rdnis?: string;
  readonly tenantid?: string;
}

/** As ARI describes it. */
export interface Endpoint {
  readonly technology: string;
  readonly resource: string;
  readonly state?: string;
  readonly channel_ids: readonly string[];
}

/** As ARI describes it. */
export interface StoredRecording {
  readonly name: string;
  readonly format: string;
}

/** As ARI describes it. */
export interface ReferTo {
  readonly requested_destination: RequiredDestination;
  readonly destination_channel?: Channel;
  readonly connected_channel?: Channel;
  readonly bridge?: Bridge;
}

/** As ARI describes it. */
export interface ReferredBy {
  readonly source_channel: Channel;
  readonly connected_channel?: Channel;
  readonly bridge?: Bridge;
}

/** As ARI describes it. */
export interface Peer {
  readonly peer_status: string;
  readonly cause?: string;
  readonly address?: string;
  readonly port?: string;
  readonly time?: string;
}

/** As ARI describes it. */
export interface BuildInfo {
  readonly os: string;
  readonly kernel: string;
  readonly options: string;
  readonly machine: string;
  readonly date: string;
  readonly user: string;
}

/** As ARI describes it. */
export interface SystemInfo {
  readonly version: string;
  readonly entity_id: string;
}

/** As ARI describes it. */
export interface ConfigInfo {
  readonly name: string;
  readonly default_language: string;
  readonly max_channels?: number;
  readonly max_open_files?: number;
  readonly max_load?: number;
  readonly setid: SetId;
}

/** As ARI describes it. */
export interface StatusInfo {
  readonly startup_time: string;
  readonly last_reload_time: string;
}

/** As ARI describes it. */
export interface CallerID {
  readonly name: string;
  readonly number: string;
}

/** As ARI describes it. */
export interface DialplanCEP {
  readonly context: string;
  readonly exten: string;
  readonly priority: number;
  readonly app_name: string;
  readonly app_data: string;
}

/** As ARI describes it. */
export interface RequiredDestination {
  readonly protocol_id?: string;
  readonly destination?: string;
  readonly additional_protocol_params?: readonly AdditionalParam[];
}

/** As ARI describes it. */
export interface SetId {
  readonly user: string;
  readonly group: string;
}

/** As ARI describes it. */
export interface AdditionalParam {
  readonly parameter_name: string;
  readonly parameter_value: string;
}
