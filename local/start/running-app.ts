// An app that runs, in the local host or in func start.

export type RunningApp = {
  /** Base URL without a slash at its end. */
  readonly url: string
  stop(): Promise<void>
  /** Resolves, with the reason in a line for a person, when the app ends; absent where it ends with this process. */
  readonly ended?: Promise<string>
}
