import { expect, test } from 'vitest'
import { locationOf, partsMax } from '../../../../src/domain/alerts/first-seen/location.ts'
import {
  organizationCountriesMax,
  partExpiresAt,
  partValuesMax,
  readPart,
  readTimes,
  writePart,
  writeTimes,
} from '../../../../src/domain/alerts/first-seen/organization.ts'
import { learn, type Seen } from '../../../../src/domain/alerts/first-seen/values.ts'
import { stateCharsMax } from '../../../../src/ports/alerts/evaluation-state.ts'
import { startMs } from '../../../support/alerts/first-seen.ts'

const dayMs = 86_400_000
const full = (index: number) => `2001:db8:a000:${(0xa000 + index).toString(16)}::/64`

test('a part fits as many of the longest addresses as it stores, and is read back under its number alone', () => {
  const values: Seen = new Map()
  for (let index = 0; index < 1_000; index++) learn(values, full(index), startMs + index, partValuesMax)
  const text = writePart(63, values)
  expect(values.size).toBe(partValuesMax)
  expect(text.length).toBeLessThanOrEqual(stateCharsMax)
  expect(readPart(63, text)).toEqual(new Map([...values].sort()))
  expect(readPart(62, text)).toBeUndefined()
  expect(readPart(63, 'else')).toBeUndefined()
})

test('a part stays within its length with longer values: the newest stay', () => {
  const values: Seen = new Map()
  for (let index = 0; index < 500; index++)
    learn(values, `${index}`.padEnd(256, '"'), startMs + index * dayMs, partValuesMax)
  const text = writePart(1, values)
  expect(text.length).toBeLessThanOrEqual(stateCharsMax)
  expect(readPart(1, text)?.has('499'.padEnd(256, '"'))).toBe(true)
})

test('a part expires 90 days after the last of its values was seen', () => {
  const values: Seen = new Map()
  learn(values, '192.0.2.1', startMs, partValuesMax)
  learn(values, '192.0.2.2', startMs + 3 * dayMs, partValuesMax)
  expect(partExpiresAt(values)).toBe(startMs + 93 * dayMs)
})

test('since when the organization is known is read back', () => {
  const countries: Seen = new Map()
  for (let index = 0; index < 676; index++) {
    const code = String.fromCharCode(65 + (index % 26), 65 + Math.floor(index / 26))
    learn(countries, code, startMs, organizationCountriesMax)
  }
  const times = { since: startMs, lastDay: 20_000, countries }
  expect(readTimes(writeTimes(times))).toEqual(times)
  expect(readTimes('{"version":1,"since":1,"lastDay":2}')).toEqual({ since: 1, lastDay: 2, countries: new Map() })
  expect(readTimes('else')).toBeUndefined()
})

test('an address and its network are in one part; networks are spread over all parts', () => {
  expect(locationOf('192.0.2.1')).toEqual({ ...locationOf('192.0.2.250'), address: '192.0.2.1' })
  const parts = Array.from({ length: 2_000 }, (_, index) => locationOf(`10.${index % 250}.${index >> 3}.1`).part)
  expect(new Set(parts).size).toBe(partsMax)
})
