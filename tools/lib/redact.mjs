// @ts-check
/** Node's own modules only. The services' own is libs/platform/process/src/redact.ts. */

/** The user information of a URL: everything between `://` and the last `@` before the URL ends or another URL begins. */
const USER_INFORMATION = /([a-z][a-z0-9+.-]*:\/\/)(?:(?![a-z][a-z0-9+.-]*:\/\/)[^\s"'<>])*@/gi;
/** Query parameters that carry a secret. */
const SECRET_PARAMETERS = /([?&](?:password|pass|token|secret\w*|sslpassword)=)[^&\s"'<>]*/gi;

/** A text without the credentials of the URLs in it, for terminals and logs. @param {string} text */
export const redact = (text) => text.replaceAll(USER_INFORMATION, '$1***@').replaceAll(SECRET_PARAMETERS, '$1***');
