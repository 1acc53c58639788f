/* global window, document, AudioContext -- the page of a browser that is a telephone */
import JsSIP from 'jssip';

/** The call that rings or goes on, and what is heard in it. */
let session, analyser;

window.plugIn = ({ url, server, user, password }) =>
  new Promise((resolve, reject) => {
    const ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri: `sip:${user}@${server}`, password, register: true });
    ua.on('registered', () => resolve(true));
    ua.on('registrationFailed', ({ cause }) => reject(new Error(cause)));
    ua.on('newRTCSession', (event) => {
      session = event.session;
      session.on('ended', () => (session = undefined));
      session.on('failed', () => (session = undefined));
    });
    ua.start();
  });

/** Who calls, as the phone shows it; null: it does not ring. */
window.rings = () => (session?.isInProgress() ? session.remote_identity.display_name : null);
window.answer = () => {
  session.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
  session.connection.addEventListener('track', ({ streams: [stream] }) => {
    const audio = document.createElement('audio');
    audio.srcObject = stream;
    void audio.play();
    const context = new AudioContext({ sampleRate: 8_000 });
    analyser = Object.assign(context.createAnalyser(), { fftSize: 2_048 });
    context.createMediaStreamSource(stream).connect(analyser);
  });
};
window.hangUp = () => session.terminate();

/** The loudest tone that is heard, in Hz; 0: silence. */
window.hears = () => {
  const loudness = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(loudness);
  const loudest = loudness.indexOf(Math.max(...loudness));
  return loudness[loudest] < -60 ? 0 : (loudest * 8_000) / 2_048;
};
