/** The languages that people are told things in; the first is the usual one. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One thing, said in every language. */
export type Text = Readonly<Record<Language, string>>;

/** The `{names}` that stand in a sentence for facts. */
type Names<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Same<One extends string, Other extends string> = [Names<One>, Names<Other>] extends [Names<Other>, Names<One>] ? Other : never;

/** A whole sentence in every language, with `{names}` where facts go: no text is put together from parts of sentences. */
export interface Phrase<En extends string = string> {
  readonly en: En;
  readonly fr: string;
}

/** A sentence and its French, which must have the same `{names}`: another does not compile. */
export const phrase = <const En extends string, const Fr extends string>(en: En, fr: Same<En, Fr>): Phrase<En> => ({ en, fr });

/** A phrase with its facts. Numbers are written as each language does. */
export const say = <En extends string>(
  phrase: Phrase<En>,
  ...[facts]: [Names<En>] extends [never] ? [] : [facts: Readonly<Record<Names<En>, string | number>>]
): Text => fill(phrase, facts ?? {});

/** The same where the facts are found out only now: a name without a fact stays empty. */
export const fill = ({ en, fr }: Phrase, facts: Readonly<Record<string, string | number>>): Text => ({
  en: filled('en', en, facts),
  fr: filled('fr', fr, facts),
});

const filled = (language: Language, sentence: string, facts: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = facts[name] ?? '';
    return typeof fact === 'number' ? new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(fact) : fact;
  });
