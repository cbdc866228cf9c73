// Where an address is, and what of it rules may ask. Pure.

/** What is known of where an address is; each property null if it is not known. */
export type Place = {
  /** The country as ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null
  /** The number of the autonomous system that announces the address, and the name of who runs it. */
  readonly networkNumber: number | null
  readonly networkName: string | null
  /** Whether the address is one of a hosting provider, a VPN, a proxy or Tor, not of a person's own connection. */
  readonly isHosting: boolean | null
  /** Degrees north and east; both or neither. */
  readonly latitude: number | null
  readonly longitude: number | null
}

/** The place of an address in any spelling; undefined for what is no address, and where nothing is known of it. */
export type PlaceOf = (ipAddress: string) => Place | undefined

/** The fields of a place, and how it follows from the places before; null without data. */
export type PlaceFields = Pick<Place, 'country' | 'networkNumber' | 'networkName' | 'isHosting'> & {
  readonly isFirstSeenCountry: boolean | null
  readonly impossibleTravel: boolean | null
}

/** The fields that hold nothing without data about addresses. */
export const placeFields: ReadonlySet<string> = new Set<keyof PlaceFields>([
  'country',
  'networkNumber',
  'networkName',
  'isHosting',
  'isFirstSeenCountry',
  'impossibleTravel',
])

/** For an event of which no place is known. */
export const nowhere: PlaceFields = {
  country: null,
  networkNumber: null,
  networkName: null,
  isHosting: null,
  isFirstSeenCountry: null,
  impossibleTravel: null,
}
