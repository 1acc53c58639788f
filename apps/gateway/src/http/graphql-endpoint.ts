import { answerErrors } from '@cordboard/platform-subgraph';
import type express from 'express';

const PATH = '/graphql';
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** Passes on what is sent to exactly `/graphql`, by a method that is answered there; other methods are refused with 405 (RFC 9110 §15.5.6). */
export const graphqlEndpoint =
  (handlers: readonly express.RequestHandler[]): express.RequestHandler =>
  (request, response, next) => {
    if (request.path !== PATH) return next();
    if (!METHODS.includes(request.method)) {
      response.set('allow', METHODS.join(', '));
      return answerErrors(request, response, 405, [
        { message: `GraphQL is asked by GET or POST, not by ${request.method}.`, extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
    const run = (i: number): void => {
      const handler = handlers[i];
      if (!handler) return next();
      void Promise.resolve(handler(request, response, (error?: unknown) => (error === undefined ? run(i + 1) : next(error)))).catch(next);
    };
    run(0);
  };
