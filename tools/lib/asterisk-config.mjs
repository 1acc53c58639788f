// @ts-check
/** What an Asterisk reads when it starts, for one that is Cordboard's own: secrets are made, nothing listens beyond the loopback interface. */
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts } from './ports.mjs';
import { root } from './root.mjs';
import { wavOf } from './tones.mjs';

/** @typedef {Parameters<typeof wavOf>[0]} Parts */
/**
 * @typedef {object} EngineOptions
 * @property {string} dir everything it writes lies there
 * @property {readonly string[]} agents whose devices may register, by the agents' ids
 * @property {boolean} [browsers] whether each agent's browser may be a phone, too: `<agent>.web`, over a WebSocket at `/ws` of the HTTP port
 * @property {{ readonly ip: string, readonly port: number }} trunk where outside calls go to; what comes from there is an outside call
 * @property {number} [sipPort] a free one when not given
 * @property {number} [httpPort] of ARI and the manager; a free one when not given
 * @property {number} [managerPort] of the manager's own protocol, which nobody uses; a free one when not given
 * @property {string} [bind] the interface that everything listens on; the loopback one when not given
 * @property {string} [external] the address at which phones reach this machine, where it is not the interface's own
 * @property {readonly [number, number]} [rtp] the first and the last port for audio
 * @property {string} [password] of whoever commands it; made anew when not given
 * @property {number} [rtpTimeout] after so many seconds without audio a phone is dead (30)
 * @property {string} [language] of what callers are told: `fr`, the usual one, or `en`
 * @property {Readonly<Record<string, Parts>>} [sounds] what is played
 *   under a name (`music`, `beep` and the announcements), over our own
 */
/**
 * @typedef {object} Engine an engine as its driver and its phones need to know it
 * @property {string} url of ARI, and of the manager
 * @property {string} user
 * @property {string} password
 * @property {string} sounds where announcements lie
 * @property {readonly string[]} languages that have a directory of their own there
 * @property {string} messages where telephony writes Numbers' own messages
 * @property {string} language of what callers are told
 * @property {readonly string[]} played every directory with sounds that callers may hear
 * @property {number} sipPort
 * @property {{ readonly ip: string, readonly port: number }} trunk
 * @property {Readonly<Record<string, string>>} secrets of the agents' devices, the same at each start
 * @property {string} secretsFile
 * @property {string} log
 */

/** The interface that everything listens on where no other is asked for. */
const LOOPBACK = '127.0.0.1';
/** Without `res_stasis_device_state`: telling of a device while a socket comes or goes, it was seen to lock the engine up for ever (22.10.1). */
const MODULES =
  `res_sorcery_config* res_sorcery_memory* res_sorcery_astdb* res_timing_timerfd res_http_websocket res_websocket_client res_crypto
  res_srtp res_rtp_asterisk res_musiconhold res_speech pbx_config codec_ulaw codec_alaw codec_g722 codec_gsm codec_resample format_wav format_pcm
  format_sln bridge_simple bridge_softmix bridge_holding bridge_builtin_features bridge_builtin_interval_features chan_bridge_media
  res_pjproject res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_registrar res_pjsip_authenticator_digest
  res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_caller_id
  res_pjsip_dtmf_info res_pjsip_rfc3326 res_pjsip_nat res_pjsip_transport_websocket res_pjsip_header_funcs res_pjsip_refer res_pjsip_acl res_pjsip_pubsub res_pjsip_notify
  chan_pjsip app_stasis app_playback app_dial app_record func_callerid func_channel func_strings func_hangupcause func_timeout
  res_stasis res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop res_ari res_ari_model
  res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels res_ari_endpoints res_ari_events
  res_ari_playbacks res_ari_recordings res_ari_sounds`.split(/\s+/);

/** For a caller on hold two notes that come and go; before somebody speaks to a voicemail, a beep. */
const SOUNDS = {
  music: [0, 1].flatMap((i) => [
    { seconds: 1.2, hertz: i ? [330, 495] : [294, 392] },
    { seconds: 0.8, hertz: [] },
  ]),
  beep: [{ seconds: 0.25, hertz: [1_000] }],
};
/** What callers are told, in each language; `tools/speak.mjs` has made them. */
const ANNOUNCEMENTS = join(root, 'tools/sounds');

/** @param {{ readonly prefix: string, readonly version: string }} program @param {EngineOptions} options @returns {Promise<Engine>} */
export async function configure({ prefix, version }, options) {
  const dir = resolve(options.dir);
  const [freeHttpPort, freeSipPort, freeManagerPort] = /** @type {[number, number, number]} */ (await freePorts(3));
  const { bind = LOOPBACK, browsers = false, external } = options;
  const { httpPort = freeHttpPort, sipPort = freeSipPort, managerPort = freeManagerPort } = options;
  const phones = [...options.agents, ...(browsers ? options.agents.map((agent) => `${agent}.web`) : [])];
  const [rtpFirst, rtpLast] = options.rtp ?? [32_000 + 2 * (httpPort % 4_000), 32_000 + 2 * (httpPort % 4_000) + 1_998];
  const secret = () => randomBytes(18).toString('base64url');
  const [user, password] = ['cordboard', options.password ?? secret()];
  const modules = ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', '']
    .map((triple) => join(prefix, `usr/lib/${triple}asterisk/modules`))
    .find(existsSync);
  if (!modules) throw new Error(`there are no modules of Asterisk in ${prefix}`);
  const { language = 'fr' } = options;
  if (!existsSync(join(ANNOUNCEMENTS, language))) throw new Error(`There are no announcements in "${language}"; there are fr and en.`);
  layOut(dir, join(prefix, 'usr/share/asterisk'), language, { ...SOUNDS, ...options.sounds });
  const secretsFile = join(dir, 'etc/secrets.json');
  const before = existsSync(secretsFile) ? JSON.parse(readFileSync(secretsFile, 'utf8')) : {};
  /** @type {Record<string, string>} */
  const secrets = Object.fromEntries(phones.map((phone) => [phone, before[phone] ?? secret()]));
  const has = new Set(readdirSync(modules));
  const files = {
    'asterisk.conf': `[directories]
astcachedir => ${dir}/var/cache
astetcdir => ${dir}/etc
astmoddir => ${modules}
astvarlibdir => ${dir}/var/lib
astdbdir => ${dir}/var/lib
astkeydir => ${dir}/var/lib
astdatadir => ${dir}/data
astagidir => ${dir}/data/agi-bin
astspooldir => ${dir}/spool
astrundir => ${dir}/run
astlogdir => ${dir}/log
astsbindir => ${prefix}/usr/sbin
[options]
verbose = 3
nocolor = yes
entityid = 02:00:00:00:00:01
systemname = ${`${hostname()}-${httpPort}`.replaceAll(/[^\w-]/g, '')}
transmit_silence = yes
documentation_language = en_US
`,
    'modules.conf': `[modules]\nautoload=no\n${MODULES.filter((name) => has.has(`${name.replace('*', '')}.so`))
      .map((name) => (name.endsWith('*') ? `preload=${name.slice(0, -1)}.so` : `load=${name}.so`))
      .join('\n')}\n`,
    'logger.conf': '[general]\ndateformat=%F %T.%3q\n[logfiles]\nfull => notice,warning,error,verbose\n',
    'http.conf': `[general]\nservername=engine\nenabled=yes\nbindaddr=${bind}\nbindport=${httpPort}\nenable_static=no\nenable_status=no\nsessionlimit=500\n`,
    'ari.conf': `[general]\nenabled=yes\npretty=no\nwebsocket_write_timeout=2000\nchannelvars=CORDBOARD_TO,CORDBOARD_CALL,CORDBOARD_HELD,CORDBOARD_PLAYS\n[${user}]\ntype=user\nread_only=no\npassword=${password}\npassword_format=plain\n`,
    'manager.conf': `[general]\nenabled=yes\nwebenabled=yes\nport=${managerPort}\nbindaddr=${LOOPBACK}\n[${user}]\nsecret=${password}\nread=\nwrite=system\n${bind === LOOPBACK ? `deny=0.0.0.0/0.0.0.0\npermit=${LOOPBACK}/255.255.255.255\n` : ''}`,
    'rtp.conf': `[general]\nrtpstart=${rtpFirst}\nrtpend=${rtpLast}\nstrictrtp=yes\nicesupport=${browsers ? 'yes' : 'no'}\n`,
    'musiconhold.conf': `[default]\nmode=files\ndirectory=${dir}/var/lib/moh\n#tryinclude ${dir}/messages/musiconhold.conf\n`,
    'indications.conf':
      '[general]\ncountry=fr\n[fr]\ndescription=France\nringcadence=1500,3500\ndial=440\nbusy=440/500,0/500\nring=440/1500,0/3500\ncongestion=440/250,0/250\n',
    'features.conf': '[general]\n',
    'extensions.conf': dialplan(),
    'secrets.json': JSON.stringify(secrets, null, 2),
    'pjsip.conf': sip(transport(bind, sipPort, external), options.trunk, secrets, {
      common: endpoint(options.rtpTimeout ?? 30),
      ofDevices: transferKey(version),
    }),
    ...Object.fromEntries(['cdr', 'cel'].map((name) => [`${name}.conf`, '[general]\nenable=no\n'])),
    ...Object.fromEntries(
      ['acl', 'udptl', 'pjproject', 'ccss', 'stasis', 'websocket_client', 'sorcery', 'pjsip_notify'].map((name) => [
        `${name}.conf`,
        '; empty\n',
      ]),
    ),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, 'etc', name), text, { mode: 0o600 });
  return {
    url: `http://${LOOPBACK}:${httpPort}`,
    user,
    password,
    sounds: join(dir, 'sounds'),
    languages: readdirSync(ANNOUNCEMENTS),
    messages: join(dir, 'messages'),
    language,
    played: [join(dir, 'sounds'), join(dir, 'var/lib/moh'), join(dir, 'messages')],
    sipPort,
    trunk: options.trunk,
    secrets,
    secretsFile,
    log: join(dir, 'log/full'),
  };
}

/** @param {string} dir @param {string} share @param {string} language @param {Record<string, Parts>} sounds */
function layOut(dir, share, language, sounds) {
  for (const part of [
    'etc',
    'var/lib/keys',
    'var/lib/moh',
    'var/cache',
    'spool/recording',
    'spool/tmp',
    'run',
    'log',
    'data/sounds/en',
    'sounds',
    'messages',
  ])
    mkdirSync(join(dir, part), { recursive: true, mode: 0o700 });
  for (const part of ['documentation', 'rest-api']) {
    rmSync(join(dir, 'data', part), { force: true });
    symlinkSync(join(share, part), join(dir, 'data', part));
  }
  for (const one of readdirSync(ANNOUNCEMENTS)) cpSync(join(ANNOUNCEMENTS, one), join(dir, `sounds/in-${one}`), { recursive: true });
  cpSync(join(ANNOUNCEMENTS, language), join(dir, 'sounds'), { recursive: true });
  const music = join(dir, 'messages/musiconhold.conf');
  if (!existsSync(music)) writeFileSync(music, ''); // what was not there when it was read is not looked for again
  for (const [name, parts] of Object.entries(sounds)) {
    const place = name === 'music' ? 'var/lib/moh' : name === 'beep' ? 'data/sounds/en' : 'sounds';
    writeFileSync(join(dir, place, `${name}.wav`), wavOf(parts));
  }
}

/** A caller goes on hearing ringback for a while when Cordboard is away, instead of being refused. */
const dialplan = () => `[general]
static=yes
writeprotect=yes
[from-trunk]
exten => _[+0-9].,1,Set(CORDBOARD_TO=\${EXTEN})
 same => n,Set(TRIES=0)
 same => n(again),Stasis(cordboard,inbound,\${EXTEN})
 same => n,GotoIf($["\${STASISSTATUS}" != "FAILED"]?done)
 same => n,Set(TRIES=$[\${TRIES}+1])
 same => n,GotoIf($[\${TRIES} > 40]?gone)
 same => n,Ringing()
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(gone),Congestion(5)
 same => n(done),Hangup()
[from-agent]
exten => _[+0-9a-z].,1,Hangup(21)
`;

/** @param {string} bind @param {number} port @param {string | undefined} external */
const transport = (bind, port, external) =>
  `bind=${bind}:${port}${external ? `\nexternal_signaling_address=${external}\nexternal_media_address=${external}\nlocal_net=10.0.0.0/8\nlocal_net=172.16.0.0/12` : ''}`;

/**
 * @param {string} listening @param {{ ip: string, port: number }} trunk @param {Readonly<Record<string, string>>} secrets
 * @param {{ readonly common: string, readonly ofDevices: string }} settings of all endpoints, and of those of agents alone
 */
const sip = (listening, trunk, secrets, { common, ofDevices }) => `[global]
type=global
user_agent=Cordboard
endpoint_identifier_order=ip,auth_username,username
[udp]
type=transport
protocol=udp
${listening}
[trunk]
type=endpoint
context=from-trunk
aors=trunk
trust_id_inbound=yes
transport=udp
${common}
allow_transfer=no
[trunk]
type=aor
contact=sip:trunk@${trunk.ip}:${trunk.port}
[trunk]
type=identify
endpoint=trunk
match=${trunk.ip}
[ws]
type=transport
protocol=ws
bind=0.0.0.0
${Object.entries(secrets)
  .map(([phone, secret]) => device(phone, secret, `${phone.endsWith('.web') ? BROWSER : 'transport=udp'}\n${ofDevices}\n${common}`))
  .join('')}`;

/** What a browser's phone speaks instead: SIP over a WebSocket, and audio that is encrypted (WebRTC). */
const BROWSER = `transport=ws
webrtc=yes
dtls_auto_generate_cert=yes`;

/** A phone's transfer key asks Cordboard: the engine does nothing of its own, or, where it cannot ask yet (before 22.3), refuses. @param {string} version */
const transferKey = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 3) ? 'set_var=PJSIP_TRANSFER_HANDLING()=ari-only' : 'allow_transfer=no';
};

/** @param {number} rtpTimeout */
const endpoint = (rtpTimeout) => `disallow=all
allow=ulaw,alaw
direct_media=no
send_pai=yes
trust_id_outbound=yes
from_domain=cordboard.invalid
timers=no
rtp_timeout=${rtpTimeout}
rtp_timeout_hold=300`;

/** @param {string} agent @param {string} secret @param {string} common */
const device = (agent, secret, common) => `[${agent}]
type=endpoint
context=from-agent
aors=${agent}
auth=${agent}
${common}
[${agent}]
type=aor
max_contacts=1
remove_existing=yes
[${agent}]
type=auth
auth_type=userpass
username=${agent}
password=${secret}
`;
