// What a soak does: how much, for how long, and how rough.

export type SoakPlan = {
  /** Equal seeds give equal choices; what the machine makes of them differs. */
  readonly seed: number
  readonly instances: number
  readonly organizations: number
  readonly peoplePerOrganization: number
  readonly followersPerOrganization: number
  readonly eventsPerPerson: number
  readonly batchEventsMax: number
  /** About how long clients take for their uploads when nothing fails. */
  readonly lastsMs: number
  /** Share of storage requests that fail before they take effect, and share of those whose response is lost, 0 to 1. */
  readonly faultShare: number
  /** How often each instance is disrupted while clients report: frozen, killed and given a wrong clock in turn, then at random. */
  readonly disruptionsMin: number
  readonly disruptionsMax: number
  readonly restMsMax: number
  readonly freezeMsMin: number
  readonly freezeMsMax: number
  /** How long a queue message belongs to the instance that took it, unless that renews it. */
  readonly hiddenMs: number
}

/** The large one: 10,000 events. On a busy machine it takes long: most of the time an instance is frozen or starts. */
export const largePlan: SoakPlan = {
  seed: 1,
  instances: 2,
  organizations: 4,
  peoplePerOrganization: 5,
  followersPerOrganization: 2,
  eventsPerPerson: 500,
  batchEventsMax: 40,
  lastsMs: 300_000,
  faultShare: 0.05,

  disruptionsMin: 6,
  disruptionsMax: 1_000,
  restMsMax: 12_000,
  freezeMsMin: 1_000,
  freezeMsMax: 60_000,
  hiddenMs: 20_000,
}

/** The small one, for each run of the tests. */
export const smallPlan: SoakPlan = {
  seed: 1,
  instances: 2,
  organizations: 2,
  peoplePerOrganization: 3,
  followersPerOrganization: 1,
  eventsPerPerson: 50,
  batchEventsMax: 20,
  lastsMs: 6_000,
  faultShare: 0.05,

  disruptionsMin: 3,
  disruptionsMax: 3,
  restMsMax: 3_000,
  freezeMsMin: 1_000,
  freezeMsMax: 12_000,
  hiddenMs: 8_000,
}

/** How far the clock of an instance may be off, either way. */
export const clockApartMsMax = 3_600_000
