// Where addresses are, from data files in MaxMind DB format (maxmind.github.io/MaxMind-DB) that the operator supplies. The whole files are in memory.
import { readFileSync } from 'node:fs'
import { Reader } from 'mmdb-lib'
import { canonicalAddress } from '../../domain/addresses.ts'
import type { Place } from '../../domain/alerts/observed/place.ts'
import type { Places } from '../../ports/alerts/places.ts'
import { placeIn, unknownPlace } from './place-record.ts'

/** How many addresses are cached with their places. */
const cachedMax = 10_000

/** A data file that cannot be used; the message has its index in the setting, and no path. */
export class BadPlaceFile extends Error {
  override readonly name = 'BadPlaceFile'
  constructor(index: number, problem: string, cause: unknown) {
    super(`PLACE_FILES: file ${index + 1} ${problem}`, { cause })
  }
}

type PlaceReader = {
  readonly get: (address: string) => unknown
  readonly ipVersion: number
  readonly listsHosting: boolean
}

/**
 * Opens data files about addresses: countries, cities, autonomous systems, anonymous addresses. Of several files that know a
 * property of an address, the first counts. Throws `BadPlaceFile` for a file that cannot be read or is damaged.
 */
export function openPlaceFiles(paths: readonly string[]): Places {
  const readers = paths.map(openFile)
  const cached = new Map<string, Place | undefined>()
  const placeOf = (ipAddress: string): Place | undefined => {
    const address = canonicalAddress(ipAddress)
    if (address === undefined) return undefined
    if (cached.has(address)) return cached.get(address)
    const place = lookedUp(readers, address)
    if (cached.size >= cachedMax) cached.clear()
    cached.set(address, place)
    return place
  }
  return { placeOf, hasData: readers.length > 0 }
}

function openFile(path: string, index: number): PlaceReader {
  const bytes = bytesOf(path, index)
  try {
    const reader = new Reader(bytes)
    const { ipVersion, databaseType, searchTreeSize } = reader.metadata
    if (searchTreeSize >= bytes.length) throw new RangeError('the search tree is longer than the file')
    const get = (address: string): unknown => reader.get(address)
    for (const probe of probes) if (ipVersion === 6 || !probe.includes(':')) get(probe)
    return { get, ipVersion, listsHosting: /anonymous|privacy/i.test(databaseType) }
  } catch (cause) {
    throw new BadPlaceFile(index, 'is no whole MaxMind DB file', cause)
  }
}

/** Addresses whose records are read at the start, so that a damaged file is found then. */
const probes = ['1.1.1.1', '8.8.8.8', '80.0.0.1', '200.0.0.1', '2001:4860::1', '2a02::1']

function bytesOf(path: string, index: number): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new BadPlaceFile(index, 'cannot be read', cause)
  }
}

/** What all files say of an address together; undefined if none has it. */
function lookedUp(readers: readonly PlaceReader[], address: string): Place | undefined {
  const found = readers.flatMap(({ get, ipVersion, listsHosting }) => {
    if (ipVersion === 4 && address.includes(':')) return []
    const record = recordOf(get, address)
    // A file of anonymous addresses has no other ones.
    if (record === null) return listsHosting ? [{ ...unknownPlace, isHosting: false }] : []
    return [placeIn(record)]
  })
  return found.length === 0 ? undefined : found.reduce(joined)
}

/** A damaged record is none: it must not stop evaluation. */
function recordOf(get: PlaceReader['get'], address: string): unknown {
  try {
    return get(address)
  } catch {
    return null
  }
}

const joined = (one: Place, other: Place): Place => {
  const located = one.latitude === null ? other : one
  return {
    country: one.country ?? other.country,
    networkNumber: one.networkNumber ?? other.networkNumber,
    networkName: one.networkName ?? other.networkName,
    isHosting: one.isHosting === null ? other.isHosting : one.isHosting || other.isHosting === true,
    latitude: located.latitude,
    longitude: located.longitude,
  }
}
