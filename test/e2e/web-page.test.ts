// The page on the running app: at the root and below /app, in every encoding, and in no other route's way.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRouteTemplate } from '../../local/host/routes/template.ts'
import { pageRoutes } from '../../src/functions/site/routes.ts'
import { userClaims } from '../support/calls.ts'
import { alice } from '../support/events.ts'
import { apiRoutes } from '../support/routes.ts'
import { type RunningApp, startApp } from '../support/servers/running-app.ts'

let app: RunningApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

const assetOf = (html: string, kind: string) => new RegExp(`"(/app/assets/[^"]+\\.${kind})"`).exec(html)?.[1] ?? ''

describe('the page', () => {
  test.each(['/', '/app', '/app/', '/app/organizations/x/events?type=1000', '/APP/anything.html'])(
    'is at %s',
    async (path) => {
      const response = await fetch(app.url + path)

      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('content-security-policy')).toContain(`connect-src 'self' ${app.issuer.url};`)
      expect(await response.text()).toContain('<div id="app">')
    },
  )

  test('has assets that arrive compressed and whole', async () => {
    const html = await (await fetch(app.url)).text()
    for (const [kind, type] of [
      ['js', 'text/javascript'],
      ['css', 'text/css'],
      ['svg', 'image/svg'],
    ] as const) {
      const path = assetOf(html, kind)
      const plain = await fetch(app.url + path, { headers: { 'accept-encoding': 'identity' } })
      const compressed = await fetch(app.url + path, { headers: { 'accept-encoding': 'br' } })

      expect(plain.headers.get('content-type')).toContain(type)
      expect(plain.headers.get('content-encoding')).toBeNull()
      expect(compressed.headers.get('content-encoding')).toBe('br')
      expect((await compressed.text()) === (await plain.text())).toBe(true)
    }
  })

  test('gets the issuer that the app trusts', async () => {
    expect(await (await fetch(`${app.url}/app/config.json`)).json()).toMatchObject({
      signIn: { kind: 'vault', issuer: app.issuer.url, clientId: 'keytrail', scope: 'api' },
    })
  })

  test('serves nothing but GET, and unknown assets get 404', async () => {
    expect((await fetch(`${app.url}/app`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${app.url}/app/assets/none.js`)).status).toBe(404)
  })

  test('keeps no other route from its requests', async () => {
    expect(apiRoutes.length).toBeGreaterThan(50)
    for (const { route } of apiRoutes) {
      const path = `/${route.replaceAll(/\{\w+(:guid)?\}/g, alice)}`
      for (const page of pageRoutes) {
        const parsed = parseRouteTemplate(page.route)
        expect(parsed.kind === 'template' && parsed.template.match(path)).toBeUndefined()
      }
    }
    const token = await app.issuer.sign(userClaims(alice))
    expect((await app.send('GET /events', { token })).json).toMatchObject({ object: 'list' })
  })
})
