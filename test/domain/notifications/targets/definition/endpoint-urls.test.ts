// Addresses: what may be saved, and what is refused before any name is looked up.
import { describe, expect, test } from 'vitest'
import {
  type HostRule,
  hostOf,
  portMin,
  urlCharsMax,
  urlProblem,
} from '../../../../../src/domain/notifications/targets/definition/endpoint-urls.ts'
import { slackHostRule } from '../../../../../src/domain/notifications/targets/slack/webhook.ts'
import { teamsHostRule } from '../../../../../src/domain/notifications/targets/teams/teams.ts'

const strict = { allowLoopback: false }
const local = { allowLoopback: true }
const problem = (text: string, rules = strict, hostRule?: HostRule) => urlProblem(text, rules, hostRule)

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

  test.each(spellings)('is allowed as %s in a local installation, for any kind of target, over http too', (host) => {
    for (const hostRule of [slackHostRule, teamsHostRule, undefined]) {
      expect(problem(`http://${host}:8443/in`, local, hostRule)).toBeUndefined()
    }
  })

  test('being allowed opens nothing else', () => {
    expect(problem('http://hooks.acme.test/', local)).toBe('must be https')
    expect(problem('https://hooks.acme.test/services/x', local, slackHostRule)).toBe("is not Slack's")
    expect(problem('http://localhost.acme.test/', local)).toBe('must be https')
  })
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
