// Which addresses are public: the edges of every special range, and every form in which an address hides another.
import { describe, expect, test } from 'vitest'
import { isLocalName, isLoopbackAddress, isPublicAddress } from '../../../src/adapters/http/public-addresses.ts'

describe('an address is public', () => {
  test.each([
    '1.0.0.0',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '52.112.0.1',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '168.63.129.15',
    '168.63.129.17',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2603:1020::1',
    '2003::1',
  ])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('an address is not public', () => {
  test.each([
    ['this network', '0.0.0.0', '0.0.0.1', '0.255.255.255'],
    ['private', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
    ['carrier-grade NAT', '100.64.0.0', '100.100.100.200', '100.127.255.255'],
    ['loopback', '127.0.0.0', '127.0.0.1', '127.255.255.255', '::1'],
    [
      'link-local, with the metadata service',
      '169.254.0.0',
      '169.254.169.254',
      '169.254.255.255',
      'fe80::1',
      'febf::1',
    ],
    ['the cloud itself', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', '192.0.0.192'],
    ['protocol assignments', '192.0.0.0', '192.0.0.255', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.175.48.1'],
    ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1', '3fff:fff::1'],
    ['benchmarking', '198.18.0.0', '198.19.255.255', '2001:2::1'],
    ['multicast', '224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', 'ff0e::1'],
    ['reserved', '240.0.0.0', '255.255.255.254', '255.255.255.255'],
    ['unspecified', '::', '0:0:0:0:0:0:0:0'],
    ['unique local', 'fc00::1', 'fdff:ffff::1'],
    ['site-local', 'fec0::1', 'feff::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::7f00:1', '::127.0.0.1', '::a9fe:a9fe', '::10.0.0.1'],
    ['IPv4-translated', '::ffff:0:127.0.0.1', '::ffff:0:a00:1'],
    ['NAT64', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::a9fe:a9fe', '64:ff9b:1:ffff::1'],
    ['6to4', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:0a00:0001::'],
    ['Teredo', '2001::1', '2001:0:4136:e378:8000:63bf:80ff:fffe'],
    [
      'other special space',
      '100::1',
      '100:0:0:1::1',
      '2001:10::1',
      '2001:20::1',
      '2001:30::1',
      '2001:1ff::1',
      '5f00::1',
    ],
    ['not given out', '4000::1', '1fff::1', '8000::1', 'e000::1', '200::1'],
    ['of a link', 'fe80::1%eth0', '2606:4700::1111%eth0'],
    [
      'no address',
      '',
      'localhost',
      '127.1',
      '0x7f000001',
      '010.0.0.1',
      '2130706433',
      '8.8.8.8.',
      ' 8.8.8.8',
      '[::1]',
      '8.8.8',
    ],
  ])('%s', (_range, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })
})

test('loopback is 127.0.0.0/8 and ::1 alone', () => {
  expect(['127.0.0.1', '127.255.255.255', '::1'].every(isLoopbackAddress)).toBe(true)
  expect(['::ffff:127.0.0.1', '0.0.0.0', '128.0.0.1', '::', 'localhost', '127.1', ''].some(isLoopbackAddress)).toBe(
    false,
  )
})

test('local names are known with dots before and after', () => {
  expect(
    ['localhost', 'localhost.', 'a.localhost', 'printer.local', 'metadata.google.internal', 'x.internal..'].every(
      isLocalName,
    ),
  ).toBe(true)
  expect(['example.com', 'localhost.com', 'mylocalhost', 'internal.example.com', 'thelocal'].some(isLocalName)).toBe(
    false,
  )
})
