import express, { type ErrorRequestHandler, type RequestHandler } from 'express';

/**
 * The most that one request may weigh. A contact import of 50,000 rows is 3 MB of CSV in one variable, more with its quotes escaped;
 * an operation itself has limits of its own.
 */
const HEAVIEST = '8mb';
/** The most values, and how deep in one another: 8 MB of brackets would hold everybody else up for seconds while they are parsed. */
const MOST_VALUES = 100_000;
const DEEPEST = 100;

/** Reads the JSON of a GraphQL request; what cannot be read is refused in GraphQL's own shape. */
export const graphqlBody = (): (RequestHandler | ErrorRequestHandler)[] => [
  express.json({ limit: HEAVIEST, verify: (_, __, body, encoding) => mustBePlain(body, encoding) }),
  sayUnreadable,
];

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

/** Looks at every byte once, before anything is parsed. @throws where parsing would take long */
function mustBePlain(body: Buffer, encoding: string): void {
  if (!/^utf-?8$/i.test(encoding)) throw Object.assign(new Error('not UTF-8'), { status: 415 });
  let depth = 0;
  let values = 0;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i];
    if (byte === QUOTE) for (i += 1; i < body.length && body[i] !== QUOTE; i += 1) i += body[i] === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) values += 1;
    else if (byte === BRACKET || byte === BRACE) {
      depth += 1;
      values += 1;
    } else if (byte === BRACKET_END || byte === BRACE_END) depth -= 1;
    if (values > MOST_VALUES || depth > DEEPEST) throw Object.assign(new Error('intricate'), { status: 422 });
  }
}

const sayUnreadable: ErrorRequestHandler = (error: { status?: number }, _, response, next) => {
  if (response.headersSent) return next(error);
  const status = error.status ?? 400;
  response
    .status(status)
    .json({ errors: [{ message: WHY[status] ?? 'The body cannot be read.', extensions: { code: 'BAD_USER_INPUT' } }] });
};
const WHY: Readonly<Record<number, string>> = {
  400: 'The body is not JSON.',
  413: `The body is larger than ${HEAVIEST}.`,
  415: 'The body is not JSON in UTF-8.',
  422: `The body holds more than ${MOST_VALUES} values, or goes deeper than ${DEEPEST}.`,
};
