// Addresses of e-mail: a sender's, and those of recipients. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../../bounded-array.ts'

/** Most recipients, and longest address in UTF-16 units (RFC 5321 section 4.5.3.1.3). */
export const recipientsMax = 20
const addressCharsMax = 254

/** An address without a name. */
export const address = v.pipe(
  v.string(),
  v.maxLength(addressCharsMax),
  v.regex(/^[\w.!#$%&'*+/=?^{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/i, 'is no e-mail address'),
)

/** Recipients: at least one. */
export const addresses = v.pipe(boundedArray(address, recipientsMax), v.minLength(1, 'needs an address'))
