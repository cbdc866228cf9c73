// What an upload says of its device: the kind from header or token, the address only from where our proxies wrote it.
import { HttpRequest } from '@azure/functions'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AddressSettings, addressOf, uploadContextOf } from '../../../src/functions/http/client-context.ts'
import { caller } from '../../support/directory.ts'

const contextOf = (headers: Record<string, string>, deviceType?: number) =>
  uploadContextOf(
    new HttpRequest({ method: 'POST', url: 'https://keytrail.test/collect', headers }),
    caller({ ...(deviceType !== undefined && { deviceType }) }),
    { trustedProxies: 1 },
  )

describe('the device', () => {
  test.each([
    ['that the header names', { 'Device-Type': '9' }, 25, 9],
    ['that the header names, Android too', { 'Device-Type': '0' }, 25, 0],
    ['that the token names, without a header', {}, 25, 25],
    ['that the token names, when the header names none', { 'Device-Type': '99' }, 25, 25],
  ])('is the one %s', (_, headers, ofToken, deviceType) => {
    expect(contextOf(headers, ofToken)).toEqual({ deviceType })
  })

  test('is absent when nothing names it, as is the address', () => {
    expect(contextOf({})).toEqual({})
  })

  test('stands beside the address', () => {
    const headers = { 'Device-Type': '9', 'X-Forwarded-For': '203.0.113.7:50000' }
    expect(contextOf(headers)).toEqual({ deviceType: 9, ipAddress: '203.0.113.7' })
  })
})

describe('the address', () => {
  const address = (headers: Record<string, string>, settings: AddressSettings) =>
    addressOf(new Headers(headers), settings)
  const forwarded = 'X-Forwarded-For'

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:50000', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['2001:DB8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:50000', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::FFFF:203.0.113.7]:50000', '203.0.113.7'],
    ['', undefined],
    ['unknown', undefined],
    ['203.0.113', undefined],
    ['203.0.113.256', undefined],
    ['203.0.113.7:port', undefined],
    ['[203.0.113.7', undefined],
    ['<script>', undefined],
  ])('%j is read as %j', (text, expected) => {
    expect(address({ [forwarded]: text }, { trustedProxies: 1 })).toBe(expected)
  })

  const hops = '198.51.100.1, 198.51.100.2, 203.0.113.7'
  test.each([
    ['the last, which our proxy wrote', 1, '203.0.113.7'],
    ['the last but one behind two proxies', 2, '198.51.100.2'],
    ['the first behind three', 3, '198.51.100.1'],
    ['the first when there are fewer than proxies', 4, '198.51.100.1'],
    ['absent when no proxy is ours', 0, undefined],
  ])('of several is %s', (_, trustedProxies, expected) => {
    expect(address({ [forwarded]: hops }, { trustedProxies })).toBe(expected)
  })

  test.each([
    ['203.0.113.7,', '203.0.113.7'],
    ['203.0.113.7, ', '203.0.113.7'],
    ['203.0.113.7 ,\t, ,', '203.0.113.7'],
    [' , 203.0.113.7:50000 , ', '203.0.113.7'],
    [',[2001:DB8::7]:50000,,', '2001:db8::7'],
    ['198.51.100.1,, 203.0.113.7,', '203.0.113.7'],
    ['198.51.100.1, unknown,', undefined],
    [',', undefined],
    [' , ,', undefined],
  ])('is found among empty entries: %j', (text, expected) => {
    expect(address({ [forwarded]: text }, { trustedProxies: 1 })).toBe(expected)
  })

  test('is what our proxies wrote, however many entries, empty or not, a client sends before', () => {
    const sent = fc.array(fc.constantFrom('', ' ', '\t', '198.51.100.1', '198.51.100.1:1', '[::1]', 'unknown', '::'))
    fc.assert(
      fc.property(sent, fc.constantFrom('', ',', ' , '), (entries, after) => {
        const chain = [...entries, '203.0.113.7:50000', ' 10.0.0.1 '].join()
        expect(address({ [forwarded]: chain + after }, { trustedProxies: 2 })).toBe('203.0.113.7')
        expect(address({ [forwarded]: chain + after }, { trustedProxies: 1 })).toBe('10.0.0.1')
      }),
    )
  })

  test('is found across several lines of the header', () => {
    const headers = new Headers({ [forwarded]: '198.51.100.1, ' })
    for (const line of ['', '203.0.113.7,', ' ']) headers.append(forwarded, line)
    expect(addressOf(headers, { trustedProxies: 1 })).toBe('203.0.113.7')
  })

  test('is not taken from further left when what our proxy wrote is none', () => {
    expect(address({ [forwarded]: '198.51.100.1, unknown' }, { trustedProxies: 1 })).toBeUndefined()
    expect(address({}, { trustedProxies: 1 })).toBeUndefined()
  })

  test('comes from the front end’s own header alone when one is set', () => {
    const settings = { header: 'CF-Connecting-IP', trustedProxies: 1 }
    expect(address({ 'cf-connecting-ip': '203.0.113.7', [forwarded]: hops }, settings)).toBe('203.0.113.7')
    expect(address({ [forwarded]: hops }, settings)).toBeUndefined()
    expect(address({ 'cf-connecting-ip': ' [2001:DB8:0::7]:443 ,' }, settings)).toBe('2001:db8::7')
    expect(address({ 'cf-connecting-ip': '203.0.113.7, 198.51.100.1' }, settings)).toBeUndefined()
  })
})
