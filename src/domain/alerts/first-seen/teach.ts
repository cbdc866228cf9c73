// Adds what events came with to what is known. Changes the state handed in.

import type { Location } from './location.ts'
import { extendTimes, organizationCountriesMax, partValuesMax } from './organization.ts'
import type { FirstSeenState, Tracked } from './state.ts'
import { unknownSince, valuesMax } from './subject.ts'
import { dayOf, learn, retainedDays, type Seen } from './values.ts'

/** Adds what an event came with to what is known of its subject and of the organization. */
export function teach(state: FirstSeenState, tracked: Tracked): void {
  const { subjectId, at, isPast, device, location, place, travel } = tracked
  const { subjects, organization, changed } = state
  const day = dayOf(at)
  const known = subjects.get(subjectId)
  if (known && day + retainedDays <= known.lastDay) return
  const subject = tracked.subject ?? unknownSince(at)
  if (subject !== known) subjects.set(subjectId, subject)
  const isEarlier = isPast && at < subject.since
  if (isEarlier) subject.since = at
  let isChanged = subject !== known || isEarlier || subject.lastDay < day
  subject.lastDay = Math.max(subject.lastDay, day)
  const add = (seen: Seen, value: string, max: number) => {
    if (learn(seen, value, at, max)) isChanged = true
  }
  if (device !== undefined) add(subject.devices, device, valuesMax.devices)
  if (location) {
    add(subject.addresses, location.address, valuesMax.addresses)
    add(subject.networks, location.network, valuesMax.networks)
  }
  if (place && place.country !== null) add(subject.countries, place.country, valuesMax.countries)
  if (travel && travel.after !== subject.stays) {
    subject.stays = travel.after
    isChanged = true
  }
  if (isChanged) changed.subjects.add(subjectId)
  if (extendTimes(organization, at, isPast)) changed.times = true
  const { times } = organization
  if (times && place && place.country !== null) {
    if (learn(times.countries, place.country, at, organizationCountriesMax)) changed.times = true
  }
  if (location) teachOrganization(state, location, at)
}

function teachOrganization({ organization, changed }: FirstSeenState, location: Location, at: number): void {
  const { address, network, part } = location
  const values: Seen = organization.parts.get(part) ?? new Map()
  organization.parts.set(part, values)
  for (const value of [address, network]) if (learn(values, value, at, partValuesMax)) changed.parts.add(part)
}
