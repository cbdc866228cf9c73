// Addresses: what may be saved, and what is refused before any name is looked up.
import { describe, expect, test } from 'vitest'
import {
  hostOf,
  portMin,
  type UrlOwner,
  urlCharsMax,
  urlProblem,
} from '../../../../../src/domain/notifications/targets/definition/endpoint-urls.ts'

const strict = { allowLoopback: false }
const local = { allowLoopback: true }
const problem = (text: string, owner: UrlOwner = 'webhook', rules = strict) => urlProblem(text, owner, rules)

describe('an address', () => {
  test.each([
    'https://hooks.acme.test/in?key=1',
    'https://hooks.acme.test:443/',
    `https://hooks.acme.test:${portMin}/`,
    'https://hooks.acme.test:8088',
    'https://203.0.113.7/in',
    'https://[2001:db8::1]/in',
  ])('%s will do', (text) => expect(problem(text)).toBeUndefined())

  test.each([
    ['http://hooks.acme.test/in', 'must be https'],
    ['ftp://hooks.acme.test/in', 'must be https'],
    ['file:///etc/passwd', 'must be https'],
    ['javascript:alert(1)', 'must be https'],
    ['hooks.acme.test', 'is not a URL'],
    ['', 'is not a URL'],
    ['https://', 'is not a URL'],
    [' https://hooks.acme.test/', 'is not a URL'],
    ['https://hooks.acme.test/a\nb', 'is not a URL'],
    ['https:\\\\hooks.acme.test', 'is not a URL'],
    ['https://user@hooks.acme.test/', 'must not hold a user or password'],
    ['https://:pass@hooks.acme.test/', 'must not hold a user or password'],
    ['https://hooks.acme.test/#part', 'must not hold a fragment'],
    ['https://hooks.acme.test/#', 'must not hold a fragment'],
    ['https://hooks.acme.test:22/', 'is on a port that is not allowed'],
    ['https://hooks.acme.test:80/', 'is on a port that is not allowed'],
    [`https://hooks.acme.test:${portMin - 1}/`, 'is on a port that is not allowed'],
    ['https://hooks.acme.test:65536/', 'is not a URL'],
  ])('%j %s', (text, what) => expect(problem(text)).toBe(what))

  test('is as long as it may be, and no longer', () => {
    const start = 'https://hooks.acme.test/'
    expect(problem(start + 'x'.repeat(urlCharsMax - start.length))).toBeUndefined()
    expect(problem(start + 'x'.repeat(urlCharsMax - start.length + 1))).toBe('is too long')
  })
})

describe('this machine', () => {
  const spellings = [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'app.localhost',
    '127.0.0.1',
    '127.1',
    '127.9.9.9',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
  ]
  test.each(spellings)('is refused as %s', (host) => {
    expect(problem(`https://${host}:8443/`)).toBe('must not be this machine')
    expect(problem(`http://${host}:8443/`)).toBe('must be https')
  })

  test.each(spellings)('is allowed as %s where it is, whoever should be there, over http too', (host) => {
    for (const owner of ['slack-webhook', 'teams', 'webhook', 'hec'] as const) {
      expect(problem(`http://${host}:8443/in`, owner, local)).toBeUndefined()
    }
  })

  test('being allowed opens nothing else', () => {
    expect(problem('http://hooks.acme.test/', 'webhook', local)).toBe('must be https')
    expect(problem('https://hooks.acme.test/services/x', 'slack-webhook', local)).toBe("is not Slack's")
    expect(problem('http://localhost.acme.test/', 'webhook', local)).toBe('must be https')
  })
})

describe("a known owner's address", () => {
  test.each([
    ['slack-webhook', 'https://hooks.slack.com/services/T0/B0/x'],
    ['slack-webhook', 'https://hooks.slack-gov.com/services/T0/B0/x'],
    ['teams', 'https://prod-12.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=y'],
    ['teams', 'https://default1.2.environment.api.powerplatform.com/powerautomate/x'],
  ] as const)('of %s is %s', (owner, text) => expect(problem(text, owner)).toBeUndefined())

  test.each([
    ['slack-webhook', 'https://hooks.slack.com.evil.test/services/T0/B0/x'],
    ['slack-webhook', 'https://evil.test/services/T0/B0/x'],
    ['slack-webhook', 'https://hooks.slack.com:8443/services/T0/B0/x'],
    ['slack-webhook', 'https://hooks.slack.com/triggers/T0/x'],
    ['slack-webhook', 'https://slack.com/services/T0'],
    ['teams', 'https://logic.azure.com/workflows/x'],
    ['teams', 'https://evillogic.azure.com/workflows/x'],
    ['teams', 'https://prod.logic.azure.com.evil.test/workflows/x'],
  ] as const)('of %s is not %s', (owner, text) => expect(problem(text, owner)).toMatch(/^is not /))
})

test('a problem never holds any of the address', () => {
  for (const text of ['http://s3cret.test/', 'https://s3cret@a.test', 's3cret', 'https://s3cret.test:22']) {
    expect(problem(text)).not.toContain('s3cret')
  }
})

test('of an address the host is shown, with a port of its own', () => {
  expect(hostOf('https://hooks.acme.test/secret')).toBe('hooks.acme.test')
  expect(hostOf('https://hooks.acme.test:8088/secret')).toBe('hooks.acme.test:8088')
})
