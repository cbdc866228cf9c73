// The health check of ports.

/** Every port throws `Unavailable` when the service behind it fails; then the call may have taken effect or not. */
export type HealthCheck = {
  /** Resolves if the port works now. */
  readonly check: () => Promise<void>
}
