// The page's routes: which path gives what, under which policy, in which encoding.
import { describe, expect, test } from 'vitest'
import type { WebFile, WebFiles } from '../../../src/bundled/web-files.ts'
import { webPage } from '../../../src/functions/site/web-page.ts'
import { call } from '../../support/calls.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const file = (type: string, text: string): WebFile => ({
  type,
  text,
  hash: '0123456789abcdef',
  brotli: base64('as brotli'),
  gzip: base64('as gzip'),
})
const files: WebFiles = {
  index: file('text/html; charset=utf-8', '<!doctype html>'),
  assets: { 'main-0123.js': file('text/javascript; charset=utf-8', 'run()') },
}
const issuer = 'https://identity.example/tenant'
const settings = {
  kind: 'vault',
  issuer,
  metadataUrl: `${issuer}/.well-known/openid-configuration`,
  clientId: 'keytrail',
} as const
const page = webPage(settings, files)
const get = (path: string | undefined, headers: Record<string, string> = {}) =>
  call(page, { params: path === undefined ? {} : { path }, headers })

describe('the page', () => {
  test.each([undefined, '', 'organizations/x/events', 'assets', 'config.json/x', '../x', 'main-0123.js'])(
    'is the response for the path %s, and may be cached only as long as it is asked about',
    async (path) => {
      const { status, headers, text } = await get(path)

      expect([status, text]).toEqual([200, '<!doctype html>'])
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-cache')
    },
  )

  test('lets nothing in from elsewhere, and lets text be text', async () => {
    const { headers } = await get('')

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'self'; connect-src 'self' https://identity.example; object-src 'none'; base-uri 'none'; " +
        "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('may ask for a discovery document that is elsewhere', async () => {
    const elsewhere = { ...settings, metadataUrl: 'https://login.example:8443/meta' }
    const { headers } = await call(webPage(elsewhere, files), {})

    const origins = 'https://identity.example https://login.example:8443'
    expect(headers.get('content-security-policy')).toContain(`connect-src 'self' ${origins};`)
  })

  test('gets the sign-in settings', async () => {
    const { status, json } = await get('config.json')

    expect(status).toBe(200)
    expect(json).toEqual({ version: 'development', signIn: { ...settings, scope: 'api' } })
  })

  test('is not there outside a bundle', async () => {
    for (const path of ['', 'config.json', 'assets/main-0123.js']) {
      expect((await call(webPage(settings, undefined), { params: { path } })).status).toBe(404)
    }
  })
})

describe('an asset', () => {
  test('may be cached for a year', async () => {
    const { status, headers, text } = await get('assets/main-0123.js')

    expect([status, text]).toEqual([200, 'run()'])
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  test.each(['assets/', 'assets/main-9999.js', 'assets/../main-0123.js', 'assets/constructor', 'assets/__proto__'])(
    'that is unknown, %s, is a 404 and not the page',
    async (path) => {
      expect((await get(path)).status).toBe(404)
    },
  )

  test.each([
    ['br, gzip', 'br', 'as brotli'],
    ['gzip, deflate, BR;q=0.5', 'br', 'as brotli'],
    ['gzip;q=1, br;q=0', 'gzip', 'as gzip'],
    ['gzip', 'gzip', 'as gzip'],
    ['br;q=0.0, gzip; q=0', null, 'run()'],
    ['deflate', null, 'run()'],
    ['', null, 'run()'],
  ])('for a client that takes "%s" is encoded as %s', async (accepted, encoding, expected) => {
    const { headers, text } = await get('assets/main-0123.js', { 'accept-encoding': accepted })

    expect([headers.get('content-encoding'), text]).toEqual([encoding, expected])
    expect(headers.get('vary')).toBe('Accept-Encoding')
  })
})

test('what a client has already is not sent again', async () => {
  const etag = (await get('')).headers.get('etag') ?? ''

  const again = await get('', { 'if-none-match': `"other", ${etag}` })
  expect([again.status, again.text]).toEqual([304, ''])
  expect(again.headers.get('etag')).toBe(etag)
  expect(again.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect((await get('', { 'if-none-match': '"other"' })).status).toBe(200)
})
