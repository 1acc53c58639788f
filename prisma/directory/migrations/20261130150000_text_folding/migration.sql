-- Searches spell letters that have no accent to lose (boeuf finds Bœuf): what was saved before is spelt so, too.
UPDATE "agent" SET search = replace(replace(replace(replace(translate(search, 'øđðłı', 'oddli'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
WHERE search ~ '[ßæœøđðłþı]';
UPDATE "contact" SET search = replace(replace(replace(replace(translate(search, 'øđðłı', 'oddli'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
WHERE search ~ '[ßæœøđðłþı]';
