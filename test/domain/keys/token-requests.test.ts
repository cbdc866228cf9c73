// Token requests as different clients write them.
import { describe, expect, test } from 'vitest'
import { readTokenRequest } from '../../../src/domain/keys/token-requests.ts'
import { acme, guid } from '../../support/events.ts'

const id = `organization.${acme}`
const secret = 'b-_3'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const grant = { grant_type: 'client_credentials', scope: 'api.organization' }
const inForm = { ...grant, client_id: id, client_secret: secret }
const read = (form: Record<string, string> | string, authorization: string | null = null) =>
  readTokenRequest(new URLSearchParams(form), authorization)
const asked = { kind: 'request', client: { kind: 'organization', organizationId: acme }, secret }
const key = guid(1)
const serverForm = { ...inForm, scope: 'api.events.write', client_id: `server.${key}` }
const serverAsked = { kind: 'request', client: { kind: 'server', keyId: key }, secret }

describe('a request is read', () => {
  test.each([
    ['from a form', inForm, null],
    ['from a form with what connectors send besides', { ...inForm, deviceType: '21', deviceIdentifier: 'x' }, null],
    ['without a scope', { ...inForm, scope: '' }, null],
    ['with the scope said twice', { ...inForm, scope: 'api.organization  api.organization' }, null],
    ['from HTTP Basic', grant, basic(`${id}:${secret}`)],
    ['from HTTP Basic in any case', grant, basic(`${id}:${secret}`).replace('Basic', 'basic')],
    ['from HTTP Basic, form-encoded', grant, basic(`${id.replace('.', '%2E')}:${secret}`)],
    ['from both when they agree', inForm, basic(`${id}:${secret}`)],
    ['from HTTP Basic with the id in the form as well', { ...grant, client_id: id }, basic(`${id}:${secret}`)],
    ['from a form beside another Authorization', inForm, 'Bearer x'],
  ])('%s', (_, form, authorization) => {
    expect(read(form, authorization)).toEqual(asked)
  })

  test('with a client id of another form', () => {
    expect(read({ ...inForm, client_id: 'user.1' })).toEqual({ ...asked, client: undefined })
  })

  test.each([
    ['from a form', serverForm, null],
    ['without a scope', { ...serverForm, scope: '' }, null],
    ['from HTTP Basic', { ...serverForm, client_id: '', client_secret: '' }, basic(`server.${key}:${secret}`)],
  ])('of a server key, %s', (_, form, authorization) => {
    expect(read(form, authorization)).toEqual(serverAsked)
  })
})

describe('a request is refused', () => {
  test.each([
    ['without a grant', { ...inForm, grant_type: '' }, null, 'invalid_request'],
    ['with nothing', {}, null, 'invalid_request'],
    ['for another grant', { ...inForm, grant_type: 'password' }, null, 'unsupported_grant_type'],
    ['for a person’s scope', { ...inForm, scope: 'api' }, null, 'invalid_scope'],
    ['for a server’s scope', { ...inForm, scope: 'api.organization api.events.write' }, null, 'invalid_scope'],
    [
      'of a server key for an organization’s scope',
      { ...serverForm, scope: 'api.organization' },
      null,
      'invalid_scope',
    ],
    ['of a server key for a person’s scope', { ...serverForm, scope: 'api' }, null, 'invalid_scope'],
    ['without a client', grant, null, 'invalid_client'],
    ['without a secret', { ...grant, client_id: id }, null, 'invalid_client'],
    ['with an empty secret', { ...inForm, client_secret: '' }, null, 'invalid_client'],
    ['with Basic that is no base64', grant, 'Basic §', 'invalid_client'],
    ['with Basic without a colon', grant, basic('x'), 'invalid_client'],
    ['with Basic without a secret', grant, basic(`${id}:`), 'invalid_client'],
    ['with two secrets', inForm, basic(`${id}:other`), 'invalid_request'],
    ['with two clients', { ...inForm, client_id: 'x' }, basic(`${id}:${secret}`), 'invalid_request'],
  ])('%s', (_, form, authorization, reason) => {
    expect(read(form, authorization)).toMatchObject({ kind: 'refused', reason })
  })

  test('when a parameter comes twice', () => {
    const twice = `${new URLSearchParams(inForm)}&client_secret=${secret}`
    expect(read(twice)).toMatchObject({ kind: 'refused', reason: 'invalid_request' })
  })
})
