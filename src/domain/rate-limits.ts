// What is counted of requests: their kind, and who makes them. Pure.
import type { Principal } from './directory/principal.ts'

/**
 * The kinds that are counted apart: uploads of clients, what reads (lists, feeds, alerts, settings), exports, previews of
 * rules, changes, what a trusted server sends, and requests without a token that is believed.
 */
export const rateKinds = ['collect', 'read', 'export', 'preview', 'write', 'server', 'refused'] as const
export type RateKind = (typeof rateKinds)[number]

/** The name that a caller is counted by: a person's, an organization's for its API keys, a server's. */
export function countedName(caller: Principal): string {
  if (caller.kind === 'user') return `user ${caller.userId}`
  return caller.kind === 'organization' ? `organization ${caller.organizationId}` : `server ${caller.clientId}`
}
