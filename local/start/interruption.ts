// Ctrl-C, SIGTERM and the end of npm: the first asks for an orderly end, a later one forces it.

/** npm hands on the Ctrl-C that the terminal has sent already, so that one press arrives twice; milliseconds. */
const samePressMs = 1_000

/** How often to look whether npm is still there; milliseconds. */
const lookMs = 1_000

/** Exit code of a process that a signal ended, as shells count: 128 and the number of SIGINT. */
const forcedExitCode = 130

/** A signal that aborts at the first interruption. From then on another one, samePressMs later or more, ends the process. */
export function interruption(now: () => number = Date.now): AbortSignal {
  const controller = new AbortController()
  let firstAt: number | undefined
  const interrupt = () => {
    if (firstAt === undefined) {
      firstAt = now()
      controller.abort(new Interrupted())
    } else if (now() - firstAt >= samePressMs) {
      process.exit(forcedExitCode)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt)
  whenNpmIsGone(interrupt)
  return controller.signal
}

/** npm that is ended by SIGTERM takes its shell along and leaves this process alone: then nobody waits for it any more. */
function whenNpmIsGone(act: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(looking)
    act()
  }, lookMs)
  looking.unref()
}

/** Why a start ends that was going well. */
class Interrupted extends Error {
  override name = 'Interrupted'
}
