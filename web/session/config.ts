// The app's config.json: its version, and how people sign in.
import { oneOf, record, text, textOrNull } from '../api/read.ts'

/** With the vault's own tokens, from an issuer that the page asks for its discovery document. */
export type VaultSignIn = {
  readonly kind: 'vault'
  /** Where the issuer's discovery document is. */
  readonly metadataUrl: string
  readonly clientId: string
  readonly scope: string
}

/** At a provider that says who a person is; the app exchanges that for a token of its own. */
export type ProviderSignIn = {
  readonly kind: 'provider'
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly endSessionEndpoint: string | null
  readonly clientId: string
  readonly scope: string
  /** Who redeems the code at the provider: the app where that takes a secret. */
  readonly redeemedBy: 'page' | 'app'
}

export type Config = { readonly version: string; readonly signIn: VaultSignIn | ProviderSignIn }

/** Reads it; throws on anything else. */
export function readConfig(json: unknown): Config {
  const from = record(json)
  return { version: text(from, 'version'), signIn: readSignIn(from.signIn ?? { kind: 'vault', ...from }) }
}

function readSignIn(json: unknown): Config['signIn'] {
  const from = record(json)
  const client = { clientId: text(from, 'clientId'), scope: text(from, 'scope') }
  if (oneOf(from, 'kind', ['vault', 'provider']) === 'vault')
    return { kind: 'vault', metadataUrl: text(from, 'metadataUrl'), ...client }
  return {
    kind: 'provider',
    issuer: text(from, 'issuer'),
    authorizationEndpoint: text(from, 'authorizationEndpoint'),
    tokenEndpoint: text(from, 'tokenEndpoint'),
    endSessionEndpoint: textOrNull(from, 'endSessionEndpoint'),
    ...client,
    redeemedBy: oneOf(from, 'redeemedBy', ['page', 'app']),
  }
}
