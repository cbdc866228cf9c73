// Targets: what a URL may be, in every notation an address can be hidden in, and which headers may go with it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headersAreSafe, mayConnect, readTarget } from '../../../src/adapters/http/endpoint.ts'
import { isPublicAddress } from '../../../src/adapters/http/public-addresses.ts'

const reasonOf = (url: string, allowLoopback = false) => {
  const target = readTarget(url, allowLoopback)
  return target.kind === 'refused' ? target.reason : 'none'
}

describe('a URL', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0x7F.0.0.0x1',
    '017700000001',
    '0177.0.0.01',
    '127.0.0.1.',
    '１２７.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '①②⑦.0.0.1',
    '0',
    '0x0',
    '0.0.0.0',
    '00',

    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '168.63.129.16',
    '0xa83f8110',

    '10.0.0.1',
    '10.1',
    '012.1',
    '172.16.1',
    '192.168.257',
    '100.64.0.1',
    '255.255.255.255',
    '4294967295',
    '224.0.0.1',

    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[FD00:EC2::254]',
    '[ff02::1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::1]',
    '[2001:db8::1]',
    '[::ffff:0:10.0.0.1]',

    'localhost',
    'LOCALHOST',
    'localhost.',
    'loc%61lhost',
    'ｌocalhost',
    'a.localhost',
    'a.b.localhost.',
    'printer.local',
    'metadata.google.internal',
    'METADATA.google.INTERNAL.',
  ])('does not lead to %s', (host) => {
    expect(reasonOf(`https://${host}/hook`)).toBe('address-not-public')
    expect(reasonOf(`https://${host}:8443/hook`)).toBe('address-not-public')
    expect(reasonOf(`http://${host}/hook`)).toBe('not-https')
  })

  test.each([
    [
      'url-invalid',
      ['', 'hook', '/hook', 'https://', 'https://a b', 'https://1.2.3.4.5', 'https://256.1.1.1', 'https://[::1'],
    ],
    ['url-invalid', ['https://[fe80::1%25eth0]/', 'https://[::1%251]/', 'https://a:99999/', 'https://a%0d%0ab/']],
    ['not-https', ['http://example.com', 'ftp://example.com', 'file:///etc/passwd', 'data:,a', 'wss://example.com']],
    ['not-https', ['javascript:alert(1)', 'gopher://127.0.0.1:6379/', 'blob:https://example.com/a', 'unix:/var/run/a']],
    [
      'credentials-in-url',
      ['https://a@example.com', 'https://a:b@example.com', 'https://:b@example.com', 'https://8.8.8.8@10.0.0.1'],
    ],
  ])('is refused as %s', (reason, urls) => {
    expect(urls.map((url) => reasonOf(url))).toEqual(urls.map(() => reason))
  })

  test.each([
    'https://example.com',
    'https://8.8.8.8:8443/a?b=c',
    'https://[2606:4700::1111]/',
    'https://bücher.example',
  ])('%s may be tried', (url) => {
    expect(reasonOf(url)).toBe('none')
  })

  test('with an IPv4 address is judged by the address, in every notation', () => {
    const base = fc.constantFrom('0x', '0', '')
    const written = (value: number, prefix: string) =>
      prefix + value.toString(prefix === '0x' ? 16 : prefix === '0' ? 8 : 10)
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
        fc.tuple(base, base, base, base),
        (octets, bases) => {
          const [a, b, c, d] = octets
          const [w, x, y, z] = bases
          const last = [d, c * 256 + d, (b * 256 + c) * 256 + d, ((a * 256 + b) * 256 + c) * 256 + d]
          const before = [written(a, w), written(b, x), written(c, y)]
          const reason = isPublicAddress(octets.join('.')) ? 'none' : 'address-not-public'
          for (const [dropped, rest] of last.entries()) {
            const host = [...before.slice(0, 3 - dropped), written(rest, z)].join('.')
            expect(reasonOf(`https://${host}`), host).toBe(reason)
          }
        },
      ),
    )
  })

  test('leads to this machine only where that is allowed, there also with http', () => {
    for (const url of [
      'http://127.0.0.1:80',
      'http://localhost',
      'http://[::1]',
      'https://127.0.0.2',
      'https://a.localhost',
    ]) {
      expect(reasonOf(url, true)).toBe('none')
      expect(reasonOf(url, false)).not.toBe('none')
    }
    for (const url of [
      'http://8.8.8.8',
      'http://10.0.0.1',
      'https://10.0.0.1',
      'https://[::ffff:127.0.0.1]',
      'https://0.0.0.0',
    ]) {
      expect(reasonOf(url, true)).toBe('address-not-public')
    }
  })
})

describe('the addresses of a name', () => {
  const may = (url: string, addresses: readonly string[], allowLoopback: boolean) => {
    const target = readTarget(url, allowLoopback)
    return target.kind === 'target' && mayConnect(target, addresses, allowLoopback)
  }

  test('must all be public, and there must be one', () => {
    expect(may('https://example.com', ['8.8.8.8', '2606:4700::1111'], false)).toBe(true)
    expect(may('https://example.com', ['8.8.8.8', '10.0.0.1'], false)).toBe(false)
    expect(may('https://example.com', ['::ffff:10.0.0.1', '8.8.8.8'], false)).toBe(false)
    expect(may('https://example.com', ['127.0.0.1'], false)).toBe(false)
    expect(may('https://example.com', ['0x7f.1'], false)).toBe(false)
    expect(may('https://example.com', [], false)).toBe(false)
  })

  test('may be this machine where that is allowed; with http they must be', () => {
    expect(may('https://example.com', ['8.8.8.8'], true)).toBe(true)
    expect(may('https://example.com', ['127.0.0.1'], true)).toBe(true)
    expect(may('http://example.com', ['127.0.0.1', '::1'], true)).toBe(true)
    expect(may('http://example.com', ['127.0.0.1', '8.8.8.8'], true)).toBe(false)
    expect(may('http://localhost', ['10.0.0.1'], true)).toBe(false)
  })
})

describe('headers', () => {
  test('of the usual kind pass', () => {
    expect(headersAreSafe({})).toBe(true)
    expect(
      headersAreSafe({ 'Content-Type': 'application/json; charset=utf-8', Authorization: 'Splunk a-b', 'x-1': '' }),
    ).toBe(true)
  })

  test.each(['a\r\nb: c', 'a\nb', 'a\rb', 'a\0', 'a\u{7f}', 'a\u{85}b', 'ä', '\u{2028}', 'a\u{10a}b', '😀'])(
    'have no value %j',
    (value) => {
      expect(headersAreSafe({ 'x-a': value })).toBe(false)
    },
  )

  test.each(['', 'a b', 'a:', 'a\r\nb', 'a\n', 'ä', 'a,b', '(a)', 'a\0', 'a\t'])('have no name %j', (name) => {
    expect(headersAreSafe({ [name]: 'a' })).toBe(false)
  })

  test.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'CONNECTION',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'proxy-authorization',
  ])('are not to say %s', (name) => {
    expect(headersAreSafe({ [name]: '1' })).toBe(false)
  })
})
