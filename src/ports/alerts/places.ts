// The port that knows where addresses are.
import type { PlaceOf } from '../../domain/alerts/observed/place.ts'

/** Where addresses are, by data of the operator. */
export type Places = {
  /** Never throws: what cannot be read is not known. The same for all of a run of the app. */
  readonly placeOf: PlaceOf
  /** Whether there is any data: without it, nothing is known of any address. */
  readonly hasData: boolean
}
