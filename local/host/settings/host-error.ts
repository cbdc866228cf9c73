// Why the host does not start: the code is what a caller may turn on, the text is for people.

type HostErrorCode =
  | 'host-json-invalid'
  | 'package-json-invalid'
  | 'entry-missing'
  | 'entry-failed'
  | 'already-started'
  | 'stream-unsupported'

export class HostError extends Error {
  override name = 'HostError'
  readonly code: HostErrorCode

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
