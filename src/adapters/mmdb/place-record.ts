// What the records of data files about addresses say of a place: MaxMind's (GeoLite2, GeoIP2), DB-IP's and IPinfo's.
import * as v from 'valibot'
import type { Place } from '../../domain/alerts/observed/place.ts'

/** A property that is of another form than expected counts as absent. */
const optional = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined)

const text = optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256)))
const code = optional(v.pipe(v.string(), v.regex(/^[A-Za-z]{2}$/), v.toUpperCase()))
const degrees = (max: number) =>
  optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d/), v.transform(Number))]),
      v.minValue(-max),
      v.maxValue(max),
    ),
  )
const systemNumber = optional(
  v.pipe(
    v.union([
      v.number(),
      v.pipe(
        v.string(),
        v.regex(/^(?:AS)?\d+$/i),
        v.transform((asn) => Number(asn.replace(/^AS/i, ''))),
      ),
    ]),
    v.integer(),
    v.minValue(1),
    v.maxValue(2 ** 32 - 1),
  ),
)
/** IPinfo writes flags as text in some of its files. */
const flag = optional(
  v.union([
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((word) => word === 'true'),
    ),
  ]),
)

/** What says that nobody's own connection is behind an address: GeoIP2 Anonymous IP, and IPinfo's privacy detection. */
const flags = {
  is_anonymous: flag,
  is_anonymous_vpn: flag,
  is_hosting_provider: flag,
  is_public_proxy: flag,
  is_tor_exit_node: flag,
  hosting: flag,
  vpn: flag,
  proxy: flag,
  tor: flag,
}
const FlagRecord = v.object(flags)

const Country = optional(
  v.union([
    v.object({ iso_code: code }),
    v.pipe(
      v.string(),
      v.transform((name) => ({ iso_code: asCode(name) })),
    ),
  ]),
)

const SystemRecord = {
  autonomous_system_number: systemNumber,
  autonomous_system_organization: text,
}

const PlaceRecord = v.object({
  country: Country,
  registered_country: optional(v.object({ iso_code: code })),
  country_code: code,
  location: optional(v.object({ latitude: degrees(90), longitude: degrees(180) })),
  latitude: degrees(90),
  longitude: degrees(180),
  lat: degrees(90),
  lng: degrees(180),
  ...SystemRecord,
  asn: systemNumber,
  as_name: text,
  traits: optional(v.object({ ...SystemRecord, ...flags })),
  ...flags,
})

const asCode = (name: string): string | undefined => (/^[A-Za-z]{2}$/.test(name) ? name.toUpperCase() : undefined)

/** What a record says of a place; null where it says nothing. */
export function placeIn(record: unknown): Place {
  const read = v.safeParse(PlaceRecord, record)
  if (!read.success) return unknownPlace
  const { country, registered_country, country_code, location, traits, ...own } = read.output
  const latitude = location?.latitude ?? own.latitude ?? own.lat ?? null
  const longitude = location?.longitude ?? own.longitude ?? own.lng ?? null
  const isLocated = latitude !== null && longitude !== null
  return {
    country: country_code ?? country?.iso_code ?? registered_country?.iso_code ?? null,
    networkNumber: own.autonomous_system_number ?? own.asn ?? traits?.autonomous_system_number ?? null,
    networkName: own.autonomous_system_organization ?? own.as_name ?? traits?.autonomous_system_organization ?? null,
    isHosting: hostingIn(own) ?? hostingIn(traits ?? {}),
    latitude: isLocated ? latitude : null,
    longitude: isLocated ? longitude : null,
  }
}

/** True if a flag is set, false if there are flags and none is, null without. */
function hostingIn(record: v.InferOutput<typeof FlagRecord>): boolean | null {
  const { is_anonymous, is_anonymous_vpn, is_hosting_provider, is_public_proxy, is_tor_exit_node } = record
  const { hosting, vpn, proxy, tor } = record
  const known = [
    is_anonymous,
    is_anonymous_vpn,
    is_hosting_provider,
    is_public_proxy,
    is_tor_exit_node,
    hosting,
    vpn,
    proxy,
    tor,
  ].filter((value) => value !== undefined)
  return known.length === 0 ? null : known.includes(true)
}

export const unknownPlace: Place = {
  country: null,
  networkNumber: null,
  networkName: null,
  isHosting: null,
  latitude: null,
  longitude: null,
}
