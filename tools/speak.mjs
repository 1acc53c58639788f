// @ts-check
/**
 * Writes what callers are told when an account has no words of its own, `tools/sounds/<language>/<name>.wav`: `node tools/speak.mjs`. The
 * sounds are in the repository; this is how they were made, by espeak-ng from Debian's packages.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { librariesIn } from './lib/debian.mjs';
import { findProgram } from './lib/others.mjs';
import { root } from './lib/root.mjs';
import { wavFrom } from './lib/tones.mjs';

/** @type {Readonly<Record<string, { readonly voice: string, readonly words: Readonly<Record<string, string>> }>>} */
const LANGUAGES = {
  fr: {
    voice: 'fr-fr',
    words: {
      greeting: 'Bonjour, et bienvenue. Nous vous mettons en relation.',
      voicemail: 'Personne ne peut prendre votre appel pour le moment. Laissez-nous un message après le bip.',
      'unavailable-message': 'Nous ne pouvons pas prendre votre appel pour le moment. Merci de rappeler plus tard.',
    },
  },
  en: {
    voice: 'en-gb',
    words: {
      greeting: 'Hello, and welcome. We are connecting your call.',
      voicemail: 'Nobody can take your call at the moment. Please leave us a message after the beep.',
      'unavailable-message': 'We cannot take your call at the moment. Please call again later.',
    },
  },
};
const [SPOKEN_AT, TELEPHONE] = [22_050, 8_000];

const { command, env, prefix } = await findProgram('espeak', console.log);
const data = librariesIn(prefix)
  .map((dir) => join(dir, 'espeak-ng-data'))
  .find(existsSync);
for (const [language, { voice, words }] of Object.entries(LANGUAGES))
  for (const [name, text] of Object.entries(words)) {
    const spoken = execFileSync(command, ['-v', voice, '-s', '150', '--stdout', text], {
      env: { ...env, ESPEAK_DATA_PATH: data },
      maxBuffer: 16 * 1024 ** 2,
    });
    const dir = join(root, 'tools/sounds', language);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, `${name}.wav`), wavFrom(telephone(samplesOf(spoken))));
    console.log(`${language}/${name}: ${readFileSync(join(dir, `${name}.wav`)).length} bytes`);
  }

/** @param {Buffer} wav PCM, 16 bits, mono */
function samplesOf(wav) {
  const body = wav.subarray(wav.indexOf('data') + 8);
  return Float64Array.from({ length: body.length >> 1 }, (_, i) => body.readInt16LE(2 * i));
}

/** As a telephone carries it: each sample is those around its place, weighed so that nothing above half the new rate is left. @param {Float64Array} spoken */
function telephone(spoken) {
  const step = SPOKEN_AT / TELEPHONE;
  const reach = 16;
  return Int16Array.from({ length: Math.floor(spoken.length / step) }, (_, n) => {
    const place = n * step;
    let [sum, weight] = [0, 0];
    for (let i = Math.ceil(place - reach * step); i <= place + reach * step; i++) {
      const x = (i - place) / step;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / reach);
      const share = window * (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
      sum += share * (spoken[i] ?? 0);
      weight += share;
    }
    return Math.max(-32_768, Math.min(32_767, Math.round(sum / weight)));
  });
}
