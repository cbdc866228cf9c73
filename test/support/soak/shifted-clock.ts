// A clock that is wrong: all code of this process gets a shifted time. Timers are not affected.
const RealDate = Date
let offsetMs = 0
const now = () => RealDate.now() + offsetMs

/** From now on the clock is this far ahead of the right time (ms; negative: behind). */
export function shiftClock(ms: number): void {
  offsetMs = ms
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
