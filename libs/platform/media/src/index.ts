export { LocalFiles } from './local-files.ts';
export { mediaEnvironment, NotAKey, type MediaStorage, type Span, type StoredMedia } from './storage.ts';
