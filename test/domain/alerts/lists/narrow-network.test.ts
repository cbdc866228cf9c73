// Networks that exceptions and lists may name: their one form, and what is wrong with others.
import { expect, test } from 'vitest'
import { readNarrowNetwork } from '../../../../src/domain/alerts/lists/narrow-network.ts'

test.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['203.0.113.7/32', '203.0.113.7'],
  ['2001::/16', '2001::/16'],
  ['2001:DB8::7', '2001:db8::7'],
])('reads %s as %s', (given, text) => {
  expect(readNarrowNetwork(given)).toEqual({ kind: 'network', text })
})

test.each([
  ['0.0.0.0/0', 'is too wide: a network is at least /8, for IPv6 /16'],
  ['10.0.0.0/7', 'is too wide: a network is at least /8, for IPv6 /16'],
  ['2000::/15', 'is too wide: a network is at least /8, for IPv6 /16'],
  ['::ffff:0:0/96', 'is too wide: a network is at least /8, for IPv6 /16'],
  ['203.0.113.66/24', 'has bits beyond the prefix: write 203.0.113.0/24'],
  ['2001:db8::7/32', 'has bits beyond the prefix: write 2001:db8::/32'],
  ['10.0.0.0/33', 'must be an address or a network such as 10.0.0.0/8'],
  ['office', 'must be an address or a network such as 10.0.0.0/8'],
  ['', 'must be an address or a network such as 10.0.0.0/8'],
])('refuses %s: it %s', (given, problem) => {
  expect(readNarrowNetwork(given)).toEqual({ kind: 'unfit', problem })
})
