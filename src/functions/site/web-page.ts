// GET / and everything below /app: the event-log page, its assets, and what it must know to sign people in. Open to all.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { version } from '../../bundled/version.ts'
import { type WebFile, type WebFiles, webFiles } from '../../bundled/web-files.ts'
import { Unavailable } from '../../ports/errors.ts'
import type { IdentityProvider } from '../../ports/sign-in.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound, ok } from '../http/responses.ts'

/** How the page signs people in with the vault's issuer. */
export type VaultSignIn = {
  readonly kind: 'vault'
  /** Base URL of the issuer, below which its discovery document is unless `metadataUrl` says something else. */
  readonly issuer: string
  /** Address of the discovery document. */
  readonly metadataUrl: string
  readonly clientId: string
}
/** How the page signs people in with an identity provider; `redeems`: the app redeems codes, not the page. */
type ProviderSignIn = {
  readonly kind: 'provider'
  readonly provider: Pick<IdentityProvider, 'issuer' | 'endpoints'>
  readonly clientId: string
  readonly redeems: boolean
}
export type WebSettings = VaultSignIn | ProviderSignIn

/** The scopes that the page asks for: that of every route it calls, or what an ID token says of a person. */
const scopes = { vault: 'api', provider: 'openid profile email' } as const

/** How long a browser caches an asset, in seconds: its name changes with its content. */
const assetSeconds = 31_536_000

/**
 * Responds with an asset for `assets/…`, the settings for `config.json`, and the page for any other path: the page itself knows
 * its views. Without files, outside a bundle, all of it is 404.
 */
export const webPage = (settings: WebSettings, files: WebFiles | undefined = webFiles): Handler => {
  return endpoint(async (request) => {
    if (!files) return notFound()
    const { path = '' } = request.params

    if (path === 'config.json') return ok({ version, signIn: await signInView(settings) })
    if (!path.startsWith('assets/')) {
      const policy = policyFor(await originsOf(settings))
      return respondWith(files.index, request, { 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' })
    }

    const name = path.slice('assets/'.length)
    const asset = Object.hasOwn(files.assets, name) ? files.assets[name] : undefined
    if (!asset) return notFound()
    return respondWith(asset, request, { 'Cache-Control': `public, max-age=${assetSeconds}, immutable` })
  })
}

/** How to sign in, as `config.json` says it; the app reads the provider's discovery document, which the page often may not. */
async function signInView(settings: WebSettings) {
  const { kind, clientId } = settings
  if (kind === 'vault') return { ...settings, scope: scopes.vault }
  const { issuer } = settings.provider
  const redeemedBy = settings.redeems ? 'app' : 'page'
  return { kind, issuer, ...(await settings.provider.endpoints()), clientId, scope: scopes.provider, redeemedBy }
}

/** The addresses that the page may call; without the provider's token endpoint while the provider is out of reach. */
async function originsOf(settings: WebSettings): Promise<readonly string[]> {
  if (settings.kind === 'vault') return [settings.issuer, settings.metadataUrl]
  if (settings.redeems) return []
  try {
    return [(await settings.provider.endpoints()).tokenEndpoint]
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return [settings.provider.issuer]
  }
}

/** Nothing from elsewhere but the issuer's responses, nothing written in the page itself, and no text that becomes markup. */
function policyFor(addresses: readonly string[]): string {
  const origins = new Set(addresses.map((url) => new URL(url).origin))
  return [
    "default-src 'self'",
    ["connect-src 'self'", ...origins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

function respondWith(file: WebFile, request: HttpRequest, headers: Record<string, string>): HttpResponseInit {
  // Weak: the same content in another encoding is the same (RFC 9110 section 8.8.1).
  const etag = `W/"${file.hash}"`
  const shared = { ...headers, ETag: etag, Vary: 'Accept-Encoding' }
  if (request.headers.get('if-none-match')?.includes(etag)) return { status: 304, headers: shared }

  const encoding = encodingFor(request.headers.get('accept-encoding'))
  const typed = { ...shared, 'Content-Type': file.type }
  if (!encoding) return { status: 200, headers: typed, body: file.text }
  const body = Buffer.from(encoding === 'br' ? file.brotli : file.gzip, 'base64')
  return { status: 200, headers: { ...typed, 'Content-Encoding': encoding }, body }
}

/** The smallest encoding that the client takes (RFC 9110 section 12.5.3); undefined: as it is. */
function encodingFor(header: string | null): 'br' | 'gzip' | undefined {
  const taken = (header ?? '').split(',').flatMap((each) => {
    const [name = '', ...parameters] = each.toLowerCase().split(';')
    return parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter)) ? [] : name.trim()
  })
  return (['br', 'gzip'] as const).find((name) => taken.includes(name))
}
