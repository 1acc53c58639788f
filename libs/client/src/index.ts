export { createCordboard, GraphError, type Cordboard, type CordboardOptions } from './cordboard.ts';
export { afterClosing, pauseBefore, type AfterClosing } from './closing.ts';
export { type AgentPresence, type LiveCall, type Picture, type RingingOffer } from './picture.ts';
export { openSocket, type SocketOptions, type TokenSource } from './socket.ts';
export * from './generated/graphql.ts';
