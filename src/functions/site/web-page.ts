// GET / and everything below /app: the event-log page, its assets, and what it must know to sign people in. Open to all.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { version } from '../../bundled/version.ts'
import { type WebFile, type WebFiles, webFiles } from '../../bundled/web-files.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound, ok } from '../http/responses.ts'

/** How the page signs people in. */
export type WebSettings = {
  /** Base URL of the issuer, below which its discovery document is unless `metadataUrl` says something else. */
  readonly issuer: string
  /** Address of the discovery document. */
  readonly metadataUrl: string
  readonly clientId: string
}

/** The scope that the page asks for: that of every route it calls. */
const scope = 'api'

/** How long a browser caches an asset, in seconds: its name changes with its content. */
const assetSeconds = 31_536_000

/**
 * Responds with an asset for `assets/…`, the settings for `config.json`, and the page for any other path: the page itself knows
 * its views. Without files, outside a bundle, all of it is 404.
 */
export const webPage = (settings: WebSettings, files: WebFiles | undefined = webFiles): Handler => {
  const policy = { 'Content-Security-Policy': policyFor(settings) }

  return endpoint(async (request) => {
    if (!files) return notFound()
    const { path = '' } = request.params

    if (path === 'config.json') return ok({ ...settings, scope, version })
    if (!path.startsWith('assets/'))
      return respondWith(files.index, request, { ...policy, 'Cache-Control': 'no-cache' })

    const name = path.slice('assets/'.length)
    const asset = Object.hasOwn(files.assets, name) ? files.assets[name] : undefined
    if (!asset) return notFound()
    return respondWith(asset, request, { 'Cache-Control': `public, max-age=${assetSeconds}, immutable` })
  })
}

/** Nothing from elsewhere but the issuer's responses, nothing written in the page itself, and no text that becomes markup. */
function policyFor({ issuer, metadataUrl }: WebSettings): string {
  const origins = new Set([issuer, metadataUrl].map((url) => new URL(url).origin))
  return [
    "default-src 'self'",
    `connect-src 'self' ${[...origins].join(' ')}`,
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
