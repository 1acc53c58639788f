import { agentChoice, teamChoiceBy, preview, type DirectWay } from '@cordboard/domain-transfer';
import { CAME_BACK, CAME_BACK_CAUSES, CAME_BACK_REMEDIES } from './came-back.texts.ts';
import { CONNECTION, CONNECTION_CAUSES, CONNECTION_REMEDIES } from './connection.texts.ts';
import { FORECASTS } from './forecast.ts';
import { NO_WRAP_UP, NO_WRAP_UP_CAUSES, NO_WRAP_UP_REMEDIES } from './no-wrap-up.ts';
import { NOT_NOW } from './not-now.ts';
import { ASK_THEM, NOT_OFFERED } from './not-offered.ts';
import { REFUSALS } from './refusals.texts.ts';
import { WAYS } from './ways.ts';
import { WRONG_LINE, WRONG_LINE_CAUSES, WRONG_LINE_REMEDIES } from './wrong-line.ts';
import { forecastIn, inEveryLanguage, inLanguage, LANGUAGES, type Phrase } from './index.ts';

/** Every sentence that is said in several languages. */
const CATALOGUE: readonly Phrase[] = [
  REFUSALS,
  FORECASTS,
  CONNECTION,
  CONNECTION_CAUSES,
  CONNECTION_REMEDIES,
  NOT_NOW,
  CAME_BACK,
  CAME_BACK_CAUSES,
  CAME_BACK_REMEDIES,
  NOT_OFFERED,
  [ASK_THEM],
  WRONG_LINE,
  WRONG_LINE_CAUSES,
  WRONG_LINE_REMEDIES,
  NO_WRAP_UP,
  NO_WRAP_UP_CAUSES,
  NO_WRAP_UP_REMEDIES,
  WAYS,
].flatMap((phrases) => Object.values(phrases) as Phrase[]);

const names = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

describe('the catalogue', () => {
  it.each(CATALOGUE.map((phrase) => [phrase.en, phrase] as const))('%s', (_, phrase) => {
    for (const language of LANGUAGES) {
      expect(phrase[language]).toMatch(/^[\p{Lu}{].*[.]$/su);
      expect(names(phrase[language])).toEqual(names(phrase.en));
    }
    expect(phrase.fr).not.toBe(phrase.en);
    // before a name that begins with a vowel French writes otherwise, so names stand where that cannot happen
    expect(phrase.fr).not.toMatch(/\b(?:de|que|le|la|du|au) \{(?:name|target|transferor|team|owner)\}/i);
  });

  it('says each thing once', () => {
    const english = CATALOGUE.map(({ en }) => en);
    expect(english.filter((sentence, n) => english.indexOf(sentence) !== n)).toEqual([]);
  });
});

describe('what the rules say of targets', () => {
  const idle = { status: 'AVAILABLE', reachable: true, inWrapUp: false, engagements: [] } as const;
  const standings = {
    RINGING: { ...idle, engagements: ['RINGING'] },
    IN_CALL: { ...idle, engagements: ['IN_CALL'] },
    WRAP_UP: { ...idle, inWrapUp: true },
    BUSY: { ...idle, status: 'BUSY' },
    UNAVAILABLE: { ...idle, status: 'UNAVAILABLE' },
    OFFLINE: { ...idle, reachable: false },
  } as const;
  const ways: readonly (DirectWay | undefined)[] = [
    undefined,
    null,
    ...[true, false].flatMap((voicemail) => ['Alizée (direct)', null].map((contact) => ({ contact, voicemail }))),
  ];
  const choices = ways.flatMap((way) => [
    ...Object.values(standings).map((standing) => agentChoice('Éric', standing, way)),
    teamChoiceBy('Ventes', false, way),
  ]);

  it.each(choices.flatMap((choice) => (choice.available ? [] : [[choice.because.message, choice.because.remedy]])))(
    '%s %s',
    (message, remedy) => {
      for (const english of [message, remedy]) {
        const { en, fr } = inEveryLanguage(english);
        expect(en).toBe(english);
        expect(fr).not.toBe(english);
        for (const name of ['Éric', 'Ventes', 'Alizée (direct)']) expect(fr.includes(name)).toBe(english.includes(name));
      }
    },
  );

  it('stay as they are in English, and where they are not known', () => {
    expect(inLanguage('en', 'Éric is in a call.')).toBe('Éric is in a call.');
    expect(inLanguage('fr', 'Éric is in a call.')).toBe('Éric est en communication.');
    expect(inLanguage('fr', 'Something quite new.')).toBe('Something quite new.');
  });

  it.each([
    ['AGENT', 30, false, 'ON_DEMAND'],
    ['TEAM', 0, true, 'ALWAYS'],
    ['NUMBER', 0, true, 'NEVER'],
    ['NUMBER', 30, false, 'ON_DEMAND'],
    ['EXTERNAL', 600, false, 'ON_DEMAND'],
  ] as const)('a preview to %s, %i s, tags %s, recording %s', (kind, wrapUpSeconds, tagRequired, recording) => {
    const { cold, warm } = preview(kind, { wrapUpSeconds, tagRequired, recording });
    expect([forecastIn('en', 'COLD', cold), forecastIn('en', 'WARM', warm)]).toEqual([cold.says, warm.says]);
    expect(forecastIn('fr', 'COLD', cold)).toMatch(/^L’appel part immédiatement\. Si personne ne répond, /);
    expect(forecastIn('fr', 'WARM', warm)).toMatch(/^Vous parlez d’abord avec le destinataire/);
  });
});
