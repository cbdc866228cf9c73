// Webhook signatures, verified by the specification's own package.
import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { newSigningSecret, signed } from '../../../src/adapters/crypto/request-signing.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { jsonRequest } from '../../../src/domain/notifications/messages/request.ts'
import {
  SigningSecret,
  signingKeyOf,
  webhookHeaders,
} from '../../../src/domain/notifications/targets/webhook/signing.ts'

const id = guidOfContent('delivery')
const url = 'https://hooks.example.test/keytrail'
const body = JSON.stringify({ type: 'alert', who: 'Zürich 🔑' })
const [secret, other] = [newSigningSecret(), newSigningSecret()]

// The package compares with its own clock.
function signedWith(secrets: readonly string[], at = Date.now()) {
  const { headers, signing } = webhookHeaders(id, instantAt(at), body, secrets)
  return signed({ ...jsonRequest(url, body, headers), signing })
}
const verify = (headers: Readonly<Record<string, string>>, payload = body, key = secret) =>
  new Webhook(key).verify(payload, headers)

describe('a signature', () => {
  test('is valid, and stands beside what the request had', () => {
    const request = signedWith([secret])
    expect(verify(request.headers)).toEqual(JSON.parse(body))
    expect(request).toEqual({
      method: 'POST',
      url,
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'webhook-id': id,
        'webhook-timestamp': expect.stringMatching(/^\d+$/),
        'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
      },
    })
  })

  test('is not valid for another body, id, time or secret', () => {
    const { headers } = signedWith([secret])
    const later = String(Number(headers['webhook-timestamp']) + 1)
    expect(() => verify(headers, `${body} `)).toThrow('No matching signature')
    expect(() => verify({ ...headers, 'webhook-id': guidOfContent('other') })).toThrow('No matching signature')
    expect(() => verify({ ...headers, 'webhook-timestamp': later })).toThrow('No matching signature')
    expect(() => verify(headers, body, other)).toThrow('No matching signature')
  })

  test('is not valid when it is old, or of a time to come', () => {
    expect(() => verify(signedWith([secret], Date.now() - 6 * 60_000).headers)).toThrow('too old')
    expect(() => verify(signedWith([secret], Date.now() + 6 * 60_000).headers)).toThrow('too new')
  })

  test('is there twice while two secrets are valid, and either is enough', () => {
    const { headers } = signedWith([other, secret])
    expect(headers['webhook-signature']).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/)
    for (const key of [secret, other]) expect(verify(headers, body, key)).toEqual(JSON.parse(body))
    expect(() => verify(headers, body, newSigningSecret())).toThrow('No matching signature')
  })

  test('is not there for a target that wants none', () => {
    const { signing: _none, ...request } = jsonRequest(url, body, { authorization: 'Splunk x' })
    expect(signed({ ...request, signing: null })).toEqual(request)
  })
})

test('a new secret is one that may be saved, of 32 bytes, never the same twice', () => {
  const made = Array.from({ length: 100 }, newSigningSecret)
  expect(new Set(made).size).toBe(100)
  for (const text of made) {
    expect(v.is(SigningSecret, text)).toBe(true)
    expect(signingKeyOf(text)).toHaveLength(32)
  }
})
