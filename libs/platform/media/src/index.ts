export { LocalFiles } from './local-files.ts';
export { openMedia } from './open.ts';
export { S3Objects } from './s3-objects.ts';
export { mediaEnvironment, NotAKey, type MediaStorage, type Span, type StoredMedia } from './storage.ts';
