// What is known of where the addresses in an alert's samples are, in words. Pure.
import type { Alert } from './alert.ts'

/** Country and network of an address; none where nothing is known. */
export function placeWords(ipAddress: string | null, places: Alert['places']): readonly string[] {
  const place = places.find((each) => each.ipAddress === ipAddress)
  return [place?.country, place?.networkName].flatMap((word) => word ?? [])
}
