// Addresses and networks: IPv4 and IPv6, their short forms, and texts that are neither.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  canonicalAddress,
  canonicalHost,
  formatNetwork,
  isWithin,
  leadingDigits,
  parseAddress,
  parseNetwork,
} from '../../src/domain/addresses.ts'

const within = (address: string, network: string) => {
  const [one, other] = [parseAddress(address), parseNetwork(network)]
  if (!one || !other) throw new Error('unreadable')
  return isWithin(one, other)
}

test.each([
  ['10.255.0.1', '10.0.0.0/8', true],
  ['11.0.0.1', '10.0.0.0/8', false],
  ['192.168.1.127', '192.168.1.0/25', true],
  ['192.168.1.128', '192.168.1.0/25', false],
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.8', '203.0.113.7/32', false],
  ['8.8.8.8', '0.0.0.0/0', true],
  ['2001:db8::1', '2001:db8::/32', true],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['fe80::1%eth0', 'fe80::/10', true],
  ['febf::1', 'fe80::/10', true],
  ['fec0::1', 'fe80::/10', false],
  ['::', '::/0', true],
  ['::1', '0.0.0.0/0', false],
  ['8.8.8.8', '::/0', false],
  ['::ffff:10.1.2.3', '10.0.0.0/8', true],
  ['10.1.2.3', '::ffff:10.0.0.0/104', true],
  ['64:ff9b::192.0.2.33', '64:ff9b::/96', true],
])('%s in %s: %s', (address, network, expected) => {
  expect(within(address, network)).toBe(expected)
})

describe('is no address:', () => {
  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '::1.2.3',
    '1.2.3.4::',
    'g::',
    '[::1]',
    '10.0.0.1:443',
    'localhost',
  ])('%j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
    expect(parseNetwork(`${text}/8`)).toBeUndefined()
  })
})

describe('is no network:', () => {
  test.each([
    '10.0.0.0/33',
    '10.0.0.1/8',
    '::/129',
    '2001:db8::1/32',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/x',
  ])('%s', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })
})

/** The same address in many ways: each group with or without leading zeros and capitals, in full or with the dots of IPv4. */
const spellings = fc
  .record({
    bytes: fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 16, maxLength: 16 }),
    isMapped: fc.boolean(),
    padded: fc.boolean(),
    upper: fc.boolean(),
    dotted: fc.boolean(),
    zone: fc.constantFrom('', '%eth0', '%25'),
  })
  .map(({ bytes, isMapped, padded, upper, dotted, zone }) => {
    const address = isMapped ? [...Array.from({ length: 10 }, () => 0), 255, 255, ...bytes.slice(12)] : bytes
    const groups = Array.from({ length: 8 }, (_, index) => {
      const group = (((address[2 * index] ?? 0) << 8) | (address[2 * index + 1] ?? 0)).toString(16)
      return padded ? group.padStart(4, '0') : group
    })
    const plain = dotted ? [...groups.slice(0, 6), address.slice(12).join('.')].join(':') : groups.join(':')
    return { address, plain, text: `${upper ? plain.toUpperCase() : plain}${zone}` }
  })

describe('the canonical form', () => {
  test.each([
    ['203.0.113.66', '203.0.113.66'],
    ['::ffff:203.0.113.66', '203.0.113.66'],
    ['::FFFF:203.0.113.66', '203.0.113.66'],
    ['::ffff:cb00:7142', '203.0.113.66'],
    ['0:0:0:0:0:ffff:203.0.113.66', '203.0.113.66'],
    ['0000:0000:0000:0000:0000:FFFF:CB00:7142', '203.0.113.66'],
    ['2001:DB8::AB', '2001:db8::ab'],
    ['2001:db8:0:0::ab', '2001:db8::ab'],
    ['2001:0db8:0000:0000:0000:0000:0000:00ab', '2001:db8::ab'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.0.0.1%3', '10.0.0.1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::203.0.113.66', '::cb00:7142'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    // RFC 5952 sections 4.2.2 and 4.2.3: one group alone is not shortened, and of two equal runs the first is.
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ])('of %s is %s', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected)
  })

  test('is the same for every form of an address, and for itself', () => {
    fc.assert(
      fc.property(spellings, ({ address, plain, text }) => {
        const spelled = canonicalAddress(text) ?? ''
        expect(canonicalAddress(spelled)).toBe(spelled)
        // The platform's URLs spell IPv6 hosts by RFC 5952 as well (WHATWG URL, section 3.5), mapped ones too.
        const mapped = address.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255'
        expect(spelled).toBe(mapped ? address.slice(12).join('.') : new URL(`http://[${plain}]`).hostname.slice(1, -1))
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    '',
    ' ',
    'unknown',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.066',
    '[::1]',
    '10.0.0.1:443',
    'g::',
    '::1/128',
  ])('does not exist for %j', (text) => {
    expect(canonicalAddress(text)).toBeUndefined()
  })

  test.each([
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:50000', '203.0.113.7'],
    ['[2001:DB8::7]', '2001:db8::7'],
    ['[2001:db8:0::7]:50000', '2001:db8::7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['[fe80::1%eth0]:443', 'fe80::1'],
    ['2001:db8::7', '2001:db8::7'],
    ['203.0.113.7:', undefined],
    ['203.0.113.7:port', undefined],
    ['203.0.113.7:500000', undefined],
    ['[2001:db8::7', undefined],
    ['[]', undefined],
    ['198.51.100.1, 203.0.113.7', undefined],
  ])('of the host %j is %j', (text, expected) => {
    expect(canonicalHost(text)).toBe(expected)
  })
})

test.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['203.0.113.7/32', '203.0.113.7'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['2001:DB8:0::/32', '2001:db8::/32'],
  ['2001:db8::1/128', '2001:db8::1'],
])('the network %s has the canonical form %s', (text, expected) => {
  const network = parseNetwork(text)
  expect(network && formatNetwork(network)).toBe(expected)
})

describe('leading digits', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.'],
    ['203.0.112.0/22', '203.0.'],
    ['0.0.0.0/0', undefined],
    ['2001:db8::1', '2001'],
    ['2a02::/16', '2'],
    ['fd00::/16', ''],
    ['::1', ''],
    ['2000::/3', undefined],
  ])('of %s are %j', (text, expected) => {
    const network = parseNetwork(text)
    expect(network && leadingDigits(network)).toBe(expected)
  })

  test('begin every form that begins with a digit from 1 to 9', () => {
    const hosts = fc.record({ spelling: spellings, bits: fc.nat(128), bracketed: fc.boolean() })
    fc.assert(
      fc.property(hosts, ({ spelling: { text }, bits, bracketed }) => {
        const canonical = parseAddress(text) ?? []
        const own = Math.min(bits, canonical.length * 8)
        const digits = leadingDigits({ address: canonical, bits: own })
        const written = [
          text,
          bracketed ? `[${text}]:443` : ` ${text}`,
          ...(canonical.length === 4 ? [canonical.join('.'), `${canonical.join('.')}:443`] : []),
        ]
        for (const each of written) {
          expect(canonicalHost(each)).toBe(canonicalAddress(text))
          if (digits !== undefined && each >= '1' && each < ':') expect(each.startsWith(digits)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})
