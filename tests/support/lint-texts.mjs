// @ts-check
/** Reads `{file, text}[]` from standard input and prints, for each, what our ESLint configuration says of such a file. */
import { text as everythingOf } from 'node:stream/consumers';
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';

process.env.NX_DAEMON ??= 'false';
await createProjectGraphAsync({ exitOnError: true });
const eslint = new ESLint();
const answers = [];
for (const { file, text } of JSON.parse(await everythingOf(process.stdin))) {
  const [result] = await eslint.lintText(text, { filePath: file });
  answers.push((result?.messages ?? []).map(({ ruleId, message }) => ({ ruleId, message })));
}
console.log(JSON.stringify(answers));
process.exit(0);
