// Addresses and networks: both kinds, their short forms, and what is neither.
import { describe, expect, test } from 'vitest'
import { isWithin, parseAddress, parseNetwork } from '../../../src/domain/alerts/networks.ts'

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
    ...[
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
    ],
    ...['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '::1.2.3', '1.2.3.4::', 'g::', '[::1]', '10.0.0.1:443', 'localhost'],
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
