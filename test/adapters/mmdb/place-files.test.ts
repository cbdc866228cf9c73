// Places from data files: the records of the known vendors, several files together, and files that cannot be used.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { BadPlaceFile, openPlaceFiles } from '../../../src/adapters/mmdb/place-files.ts'
import { mmdbOf } from '../../support/places/mmdb.ts'

const folder = mkdtempSync(join(tmpdir(), 'places-'))
afterAll(() => rmSync(folder, { recursive: true }))

let written = 0
function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${written++}.mmdb`)
  writeFileSync(path, bytes)
  return path
}

const berlin = { country: { iso_code: 'DE' }, location: { latitude: 52.5, longitude: 13.25 } }
const city = fileOf(
  mmdbOf('GeoLite2-City', { '203.0.113.0/24': berlin, '2001:db8::/32': { country: { iso_code: 'fr' } } }),
)
const system = fileOf(
  mmdbOf('GeoLite2-ASN', {
    '203.0.113.0/25': { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Net' },
  }),
)
const anonymous = fileOf(
  mmdbOf('GeoIP2-Anonymous-IP', { '198.51.100.0/24': { is_anonymous: true, is_hosting_provider: true } }),
)

const nothing = {
  country: null,
  networkNumber: null,
  networkName: null,
  isHosting: null,
  latitude: null,
  longitude: null,
}

describe('a place', () => {
  test('is what all files say of an address in any spelling', () => {
    const { placeOf } = openPlaceFiles([city, system, anonymous])
    const place = {
      country: 'DE',
      networkNumber: 64_500,
      networkName: 'Example Net',
      isHosting: false,
      latitude: 52.5,
      longitude: 13.25,
    }
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7']) expect(placeOf(address)).toEqual(place)
    expect(placeOf('203.0.113.200')).toEqual({ ...place, networkNumber: null, networkName: null })
    expect(placeOf('2001:DB8::7')).toEqual({ ...nothing, country: 'FR', isHosting: false })
    expect(placeOf('198.51.100.1')).toEqual({ ...nothing, isHosting: true })
  })

  test('is unknown for an address that no file has, for what is no address, and without files', () => {
    const { placeOf } = openPlaceFiles([city, system])
    for (const address of ['192.0.2.1', '2001:db9::1', 'unknown', '']) expect(placeOf(address)).toBeUndefined()
    expect(openPlaceFiles([]).placeOf('203.0.113.7')).toBeUndefined()
    expect([[], [city]].map((paths) => openPlaceFiles(paths).hasData)).toEqual([false, true])
  })

  test.each([
    [
      'IPinfo Lite',
      { asn: 'AS64501', as_name: 'Lite Net', country_code: 'US', country: 'United States' },
      { country: 'US', networkNumber: 64_501, networkName: 'Lite Net' },
    ],
    [
      'IPinfo country and ASN',
      { country: 'JP', asn: 'AS64502', as_name: 'Net' },
      { country: 'JP', networkNumber: 64_502, networkName: 'Net' },
    ],
    [
      'IPinfo location',
      { country: 'IT', lat: '41.9', lng: '-12.5' },
      { country: 'IT', latitude: 41.9, longitude: -12.5 },
    ],
    ['IPinfo privacy', { hosting: 'true', vpn: '', proxy: '' }, { isHosting: true }],
    [
      'DB-IP city',
      { country: { iso_code: 'BR' }, location: { latitude: -23.5, longitude: -46.5 } },
      { country: 'BR', latitude: -23.5, longitude: -46.5 },
    ],
    [
      'GeoIP2 Enterprise',
      { traits: { autonomous_system_number: 64_503, is_anonymous: false } },
      { networkNumber: 64_503, isHosting: false },
    ],
    ['a country by registration alone', { registered_country: { iso_code: 'SE' } }, { country: 'SE' }],
    ['half a location', { location: { latitude: 10.5 } }, {}],
    ['other forms', { country: 5, asn: 'AS', location: 'here', lat: 'x', is_anonymous: 'maybe' }, {}],
  ])('is read from %s', (_, record, expected) => {
    const path = fileOf(mmdbOf('A', { '203.0.113.0/24': record }))
    expect(openPlaceFiles([path]).placeOf('203.0.113.1')).toEqual({ ...nothing, ...expected })
  })

  test('is found in a file however many addresses are asked for', () => {
    const { placeOf } = openPlaceFiles([city])
    for (let index = 0; index < 25_000; index++) placeOf(`10.${index >> 8}.${index & 255}.1`)
    expect(placeOf('203.0.113.7')?.country).toBe('DE')
  })
})

describe('a file that cannot be used', () => {
  const whole = mmdbOf('GeoLite2-City', { '203.0.113.0/24': berlin })
  test.each([
    ['is missing', () => join(folder, 'none.mmdb'), 'cannot be read'],
    ['is empty', () => fileOf(Buffer.alloc(0)), 'is no whole MaxMind DB file'],
    ['is something else', () => fileOf(Buffer.from('country,ip')), 'is no whole MaxMind DB file'],
    ['lacks its end', () => fileOf(whole.subarray(0, whole.length - 100)), 'is no whole MaxMind DB file'],
    ['lacks its beginning', () => fileOf(whole.subarray(whole.length - 140)), 'is no whole MaxMind DB file'],
  ])('stops the start: one that %s', (_, path, problem) => {
    const open = () => openPlaceFiles([city, path()])
    expect(open).toThrow(BadPlaceFile)
    expect(open).toThrow(`PLACE_FILES: file 2 ${problem}`)
  })
})
