// How a port says that it can do its work.

/** Every port throws `Unavailable` when what is behind it fails; then what the call should do may have been done or not. */
export type HealthCheck = {
  /** Resolves when the port can do its work now. */
  readonly check: () => Promise<void>
}
