// Ctrl-C and SIGTERM: the first asks for an orderly end, a later one forces it.

/** npm hands on the Ctrl-C that the terminal has sent already, so that one press arrives twice; milliseconds. */
const samePressMs = 1_000

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
  return controller.signal
}

/** Why a start ends that was going well. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}
