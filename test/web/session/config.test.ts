// The app's config.json as the page reads it.
import { expect, test } from 'vitest'
import { readConfig } from '../../../web/session/config.ts'

const provider = {
  kind: 'provider',
  issuer: 'https://id.example',
  authorizationEndpoint: 'https://id.example/authorize',
  tokenEndpoint: 'https://id.example/token',
  endSessionEndpoint: null,
  clientId: 'keytrail',
  scope: 'openid profile email',
  redeemedBy: 'app',
}
const vault = { kind: 'vault', metadataUrl: 'https://id.example/metadata', clientId: 'keytrail', scope: 'api' }

test.each([provider, vault])('signing in of kind $kind is read as it stands', (signIn) => {
  expect(readConfig({ version: '1', signIn })).toEqual({ version: '1', signIn })
})

test.each([
  { ...provider, tokenEndpoint: null },
  { ...provider, redeemedBy: 'nobody' },
  { ...vault, kind: 'magic' },
  { ...vault, metadataUrl: undefined },
])('anything else is refused: %o', (signIn) => {
  expect(() => readConfig({ version: '1', signIn })).toThrow()
})
