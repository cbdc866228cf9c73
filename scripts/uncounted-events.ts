// Why no built-in rule that is on counts an event type; one reason for each such type. Pure data.

/** A reason, and the types that it is true of. */
type Reason = readonly [reason: string, ...types: number[]]

const stricter = 'Makes the organization stricter.'
const takesAway = 'Takes access away from one, and can be given again.'
const addsNothing = 'Adds something new, and opens nothing that was there.'
const ofSettings = 'Says that settings were edited, not which; switching a protection off has types of its own.'
const ofProvider = "Stands in the provider's log; rules are evaluated for organizations."

const reasons: readonly Reason[] = [
  ['Sets up two-step login, as everybody should; disabling it is counted.', 1002],
  ['Follows 1508, which is counted.', 1008],
  [
    'A step of an account in a change of encryption that the organization made; the change itself is counted.',
    1009,
    1011,
  ],
  [addsNothing, 1100, 1103, 1300, 2101, 2201],
  ['Brings back what was deleted; the deletion is counted.', 1116, 2105],
  ['Gives the organization what it asked for.', 1506, 1608, 1618],
  ['The first login of each member with SSO; new addresses are counted at 1000.', 1510],
  ['A click on a banner; it changes nothing.', 1522],
  ['Prepares an invitation, which is counted.', 1523],
  [ofSettings, 1600, 1609],
  ['Undoes a revocation, which is counted.', 1512],
  [stricter, 1610, 1612, 1614, 1617, 1621, 1623, 1626, 1630],
  ['The item stays where it was.', 1619],
  ['Gives access to nobody; who joins by the link is counted.', 1627],
  [ofProvider, 1800, 1801, 1802, 1803, 1900, 1901, 1902],
  ["Stands in the provider's log; the organization's log has 1603, which is counted.", 1903],
  ['Nothing was verified; adding the domain is counted.', 2003],
  ['Daily work with secrets and projects; reading and deleting are counted.', 2102, 2202],
  [takesAway, 2301, 2303, 9022],
  ['The user heeded the warning; opening the site is counted.', 2401],
  ['The Send has the same link as before; making and opening it are counted.', 2506, 2507],
  ['More alerts than before, or more events.', 9000, 9005, 9012, 9034, 9040, 9045, 9047],
  ['The alert stays, with the name of who acknowledged it.', 9010],
  [
    'Work on incidents; their alerts stay, and another one opens a closed incident again.',
    9013,
    9014,
    9015,
    9016,
    9017,
  ],
  ['Begins a log, which has no alerts before it.', 9060],
]

/** By type, why no rule that is on counts it. */
export const uncounted: Readonly<Record<number, string>> = Object.fromEntries(
  reasons.flatMap(([reason, ...types]) => types.map((type) => [type, reason] as const)),
)
