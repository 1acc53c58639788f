import type { AuditStore } from '../audit/audit.store.ts';
import type { Bearer, MediaUrls } from './media-urls.ts';

/** Gives out addresses of audio, and notes to whom: an address that is not noted is not given. */
export class Addresses {
  constructor(
    private readonly urls: MediaUrls,
    private readonly audit: AuditStore,
  ) {}

  /** @param about the recording or the voicemail whose audio it is */
  async of(about: string, mediaKey: string, bearer: Bearer): Promise<string> {
    await this.audit.note(about, 'URL_GIVEN', bearer);
    return this.urls.sign(mediaKey, bearer);
  }
}
