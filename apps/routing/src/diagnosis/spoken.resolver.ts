import { forecastIn, inLanguage } from '@cordboard/domain-advice';
import type { Resolvers } from '../generated/graphql.ts';

/** Texts for people in the language that was asked for. The rules say them in English; the edge says them again. */
export const spokenResolvers: Pick<Resolvers, 'Refused' | 'Hindrance' | 'TransferPreview'> = {
  Refused: {
    message: ({ message }, _, { language }) => inLanguage(language, message),
    remedy: ({ remedy }, _, { language }) => remedy && inLanguage(language, remedy),
  },
  Hindrance: {
    message: ({ message }, _, { language }) => inLanguage(language, message),
    remedy: ({ remedy }, _, { language }) => remedy && inLanguage(language, remedy),
  },
  TransferPreview: {
    cold: ({ cold }, _, { language }) => ({ ...cold, says: forecastIn(language, 'COLD', cold) }),
    warm: ({ warm }, _, { language }) => ({ ...warm, says: forecastIn(language, 'WARM', warm) }),
  },
};
