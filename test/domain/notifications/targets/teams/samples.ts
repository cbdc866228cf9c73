// Teams for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
/** A workflow. */
export const teams = {
  open: { kind: 'teams', url: 'https://prod-1.westus.logic.azure.com/workflows/x' },
  request: { kind: 'teams', url: 'https://prod-1.westus.logic.azure.com/workflows/s3cret-teams' },
} as const
