// Secrets of sources: the API key and the access token, each sealed for its source and its purpose only.
import { type Source, type SourceIds, secretContext } from '../../domain/sources/source.ts'
import type { SecretBox } from '../../ports/secret-box.ts'

/** A source's client secret in clear; undefined if it can't be opened. */
export const openSourceSecret = (box: SecretBox, ids: SourceIds, { secret }: Pick<Source, 'secret'>) =>
  box.open(secret, secretContext(ids))

/** An access token, sealed for storage. */
export const sealToken = (box: SecretBox, ids: SourceIds, token: string): string => box.seal(token, tokenContext(ids))

/** An access token in clear; undefined if it can't be opened. */
export const openToken = (box: SecretBox, ids: SourceIds, sealed: string): string | undefined =>
  box.open(sealed, tokenContext(ids))

const tokenContext = (ids: SourceIds) => `${secretContext(ids)} token`
