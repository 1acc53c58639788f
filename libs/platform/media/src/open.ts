import { LocalFiles } from './local-files.ts';
import { S3Objects } from './s3-objects.ts';
import type { MediaStorage } from './storage.ts';

/** The storage that the environment names: a bucket (`MEDIA_URL`), or else files of a directory (`MEDIA_DIR`). @throws CannotStart where it cannot be used */
export const openMedia = (env: { readonly MEDIA_DIR: string; readonly MEDIA_URL?: string | undefined }): Promise<MediaStorage> =>
  env.MEDIA_URL === undefined ? LocalFiles.open(env.MEDIA_DIR) : S3Objects.open(new URL(env.MEDIA_URL));
