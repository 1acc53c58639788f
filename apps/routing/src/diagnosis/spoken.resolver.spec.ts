import { inEveryLanguage } from '@cordboard/domain-advice';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../../..');
const OUTCOMES = ['accepted', 'rejected', 'timed out', 'answered elsewhere', 'rescinded'];

/** Every text that an expression can come to; where a fact goes, some fact. */
function textsOf(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return textsOf(node.right);
  if (!ts.isTemplateExpression(node)) return /outcome/.test(node.getText()) ? OUTCOMES : ['Zoé'];
  return node.templateSpans.reduce<readonly string[]>(
    (begun, span) => begun.flatMap((text) => textsOf(span.expression).map((fact) => `${text}${fact}${span.literal.text}`)),
    [node.head.text],
  );
}

/** What the refusals of a file say: message and remedy of each `refuse(code, …)`. */
function refusalsIn(text: string): readonly string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'refuse')
      found.push(...node.arguments.slice(1).flatMap((argument) => (ts.isIdentifier(argument) ? [] : textsOf(argument))));
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile('a.ts', text, ts.ScriptTarget.ESNext, true));
  return found;
}

const said = ['libs/domain/transfer/src', 'apps/routing/src'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(?!.*(?:generated|\.spec\.ts$)).*\.ts$/.test(file))
    .flatMap((file) => refusalsIn(readFileSync(join(ROOT, folder, file), 'utf8'))),
);

it('finds what refusals say', () =>
  expect(refusalsIn("refuse('A', `Hi ${who ? 'you' : name}.`, nothing ?? 'Go.'); refuse('B', WORDS);")).toEqual([
    'Hi you.',
    'Hi Zoé.',
    'Go.',
  ]));

it('routing refuses for many reasons', () => expect(said.length).toBeGreaterThan(40));

it.each([...new Set(said)])('%s is said in French too', (english) => {
  const { en, fr } = inEveryLanguage(english);
  expect(en).toBe(english);
  expect(fr).not.toBe(english);
  expect(fr.includes('Zoé')).toBe(english.includes('Zoé'));
});
